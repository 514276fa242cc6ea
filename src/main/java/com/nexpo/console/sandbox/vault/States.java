package com.nexpo.console.sandbox.vault;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes the emulator's records to JSON and back, to be kept between starts. */
final class States {
    private static final Gson GSON = new GsonBuilder().serializeNulls()
            .registerTypeAdapter(Instant.class, new InstantAdapter())
            .registerTypeAdapterFactory(new OptionalFactory()).create();

    private States() {}

    static JsonElement write(Object value) {
        return GSON.toJsonTree(value);
    }

    static <T> T read(JsonElement json, Class<T> type) {
        return GSON.fromJson(json, type);
    }

    static JsonObject tree(Map<String, JsonObject> objects) {
        JsonObject state = new JsonObject();
        objects.forEach((name, object) -> state.add(name, object.deepCopy()));
        return state;
    }

    static void restore(JsonObject state, Map<String, JsonObject> objects) {
        objects.clear();
        state.entrySet().forEach(e -> objects.put(e.getKey(), e.getValue().getAsJsonObject().deepCopy()));
    }

    private static final class InstantAdapter extends TypeAdapter<Instant> {
        @Override
        public void write(JsonWriter out, Instant value) throws IOException {
            out.value(value.toString());
        }

        @Override
        public Instant read(JsonReader in) throws IOException {
            return Instant.parse(in.nextString());
        }
    }

    /** Empty is null. */
    private static final class OptionalFactory implements TypeAdapterFactory {
        @Override
        @SuppressWarnings("unchecked") // T is Optional here
        public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
            if (type.getRawType() != Optional.class) {
                return null;
            }
            Type inner = ((ParameterizedType) type.getType()).getActualTypeArguments()[0];
            TypeAdapter<Object> adapter = (TypeAdapter<Object>) gson.getAdapter(TypeToken.get(inner));
            return (TypeAdapter<T>) new TypeAdapter<Optional<Object>>() {
                @Override
                public void write(JsonWriter out, Optional<Object> value) throws IOException {
                    if (value.isEmpty()) {
                        out.nullValue();
                    } else {
                        adapter.write(out, value.get());
                    }
                }

                @Override
                public Optional<Object> read(JsonReader in) throws IOException {
                    if (in.peek() == JsonToken.NULL) {
                        in.nextNull();
                        return Optional.empty();
                    }
                    return Optional.of(adapter.read(in));
                }
            };
        }
    }
}
