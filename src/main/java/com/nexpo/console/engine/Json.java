package com.nexpo.console.engine;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import com.nexpo.console.model.Secret;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the engine writes its records: a member for each component, instants in ISO 8601, an empty optional as
 * null, a variant of a sealed type with its simple name as {@code type}. Refuses secrets.
 */
final class Json {
    static final Gson GSON = new GsonBuilder().disableHtmlEscaping().serializeNulls()
            .registerTypeHierarchyAdapter(Secret.class, new RefuseSecrets())
            .registerTypeAdapter(Instant.class, new InstantAdapter())
            .registerTypeAdapterFactory(new OptionalFactory())
            .registerTypeAdapterFactory(new SealedFactory()).create();

    private Json() {}

    private static final class RefuseSecrets extends TypeAdapter<Secret> {
        @Override
        public void write(JsonWriter out, Secret value) {
            throw new IllegalStateException("a secret was about to be written to disk");
        }

        @Override
        public Secret read(JsonReader in) {
            throw new IllegalStateException("secrets are not read from disk");
        }
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

    private static final class OptionalFactory implements TypeAdapterFactory {
        @Override
        public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
            if (type.getRawType() != Optional.class) {
                return null;
            }
            Type inner = ((ParameterizedType) type.getType()).getActualTypeArguments()[0];
            TypeAdapter<Object> adapter = uncheck(gson.getAdapter(TypeToken.get(inner)));
            return uncheck(new TypeAdapter<Optional<Object>>() {
                @Override
                public void write(JsonWriter out, Optional<Object> value) throws IOException {
                    if (value == null || value.isEmpty()) {
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
            });
        }
    }

    /** Writes the variant beside its members, so that a line can be read back and searched. */
    private static final class SealedFactory implements TypeAdapterFactory {
        @Override
        public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
            Class<? super T> raw = type.getRawType();
            Class<?> sealed = sealedParent(raw);
            if (sealed == null) {
                return null;
            }
            return new TypeAdapter<>() {
                @Override
                public void write(JsonWriter out, T value) throws IOException {
                    TypeAdapter<T> own = uncheck(
                            gson.getDelegateAdapter(SealedFactory.this, TypeToken.get(value.getClass())));
                    JsonObject tagged = new JsonObject();
                    tagged.addProperty("type", value.getClass().getSimpleName());
                    own.toJsonTree(value).getAsJsonObject().entrySet()
                            .forEach(e -> tagged.add(e.getKey(), e.getValue()));
                    gson.toJson(tagged, out);
                }

                @Override
                public T read(JsonReader in) throws IOException {
                    JsonElement tree = gson.getAdapter(JsonElement.class).read(in);
                    String name = tree.getAsJsonObject().get("type").getAsString();
                    Class<?> variant = Arrays.stream(sealed.getPermittedSubclasses())
                            .filter(c -> c.getSimpleName().equals(name)).findFirst()
                            .orElseThrow(() -> new JsonParseException(
                                    "unknown " + sealed.getSimpleName() + " " + name));
                    TypeAdapter<T> own = uncheck(
                            gson.getDelegateAdapter(SealedFactory.this, TypeToken.get(variant)));
                    return own.fromJsonTree(tree);
                }
            };
        }

        private static @Nullable Class<?> sealedParent(Class<?> type) {
            if (type.isSealed() && type.isInterface()) {
                return type;
            }
            return Arrays.stream(type.getInterfaces()).filter(i -> i.isSealed() && type.isRecord())
                    .findFirst()
                    .orElse(null);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T> TypeAdapter<T> uncheck(TypeAdapter<?> adapter) {
        return (TypeAdapter<T>) adapter;
    }
}
