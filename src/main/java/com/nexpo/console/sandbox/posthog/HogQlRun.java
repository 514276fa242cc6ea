package com.nexpo.console.sandbox.posthog;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.posthog.HogQl.Expr;
import com.nexpo.console.sandbox.posthog.HogQl.Item;
import com.nexpo.console.sandbox.posthog.HogQl.NotUnderstood;
import com.nexpo.console.sandbox.posthog.HogQl.Order;
import com.nexpo.console.sandbox.posthog.HogQl.Select;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Runs a parsed query over events. Values are text, number, boolean, instant or null. */
final class HogQlRun {
    private final Instant now;

    HogQlRun(Instant now) {
        this.now = now;
    }

    /** The rows, each with one value for each item. */
    List<List<Object>> run(Select select, List<JsonObject> events) throws NotUnderstood {
        List<JsonObject> kept = new ArrayList<>();
        for (JsonObject event : events) {
            if (select.where().isEmpty() || truth(value(select.where().get(), List.of(event)))) {
                kept.add(event);
            }
        }
        List<List<JsonObject>> groups = new ArrayList<>(grouped(select, kept));
        sort(groups, select.orderBy());
        List<List<Object>> rows = new ArrayList<>();
        for (List<JsonObject> group : groups.subList(0, Math.min(select.limit(), groups.size()))) {
            List<Object> row = new ArrayList<>();
            for (Item item : select.items()) {
                row.add(Json.of(plain(value(item.expr(), group))));
            }
            rows.add(row);
        }
        return rows;
    }

    private Collection<List<JsonObject>> grouped(Select select, List<JsonObject> events)
            throws NotUnderstood {
        boolean aggregates = select.items().stream().anyMatch(i -> aggregates(i.expr()));
        if (select.groupBy().isEmpty()) {
            return aggregates ? List.of(events) : events.stream().map(List::of).toList();
        }
        Map<List<@Nullable Object>, List<JsonObject>> groups = new LinkedHashMap<>();
        for (JsonObject event : events) {
            List<@Nullable Object> key = new ArrayList<>();
            for (Expr expr : select.groupBy()) {
                key.add(value(expr, List.of(event)));
            }
            groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(event);
        }
        return groups.values();
    }

    private void sort(List<List<JsonObject>> groups, List<Order> orders) throws NotUnderstood {
        record Keyed(List<JsonObject> group, List<@Nullable Object> key) {}
        List<Keyed> keyed = new ArrayList<>();
        for (List<JsonObject> group : groups) {
            List<@Nullable Object> key = new ArrayList<>();
            for (Order order : orders) {
                key.add(value(order.expr(), group));
            }
            keyed.add(new Keyed(group, key));
        }
        keyed.sort((a, b) -> {
            for (int i = 0; i < orders.size(); i++) {
                int order = order(a.key().get(i), b.key().get(i));
                if (order != 0) {
                    return orders.get(i).descending() ? -order : order;
                }
            }
            return 0;
        });
        groups.clear();
        keyed.forEach(k -> groups.add(k.group()));
    }

    private static boolean aggregates(Expr expr) {
        return switch (expr) {
            case Expr.Function(String name, List<Expr> arguments, boolean _) ->
                List.of("count", "countif", "min", "max", "uniq").contains(name.toLowerCase(Locale.ROOT))
                        || arguments.stream().anyMatch(HogQlRun::aggregates);
            case Expr.Binary(String _, Expr left, Expr right) -> aggregates(left) || aggregates(right);
            default -> false;
        };
    }

    private @Nullable Object value(Expr expr, List<JsonObject> group) throws NotUnderstood {
        return switch (expr) {
            case Expr.Literal literal -> literal.value();
            case Expr.Column(String name) -> group.isEmpty() ? null : column(name, group.getFirst());
            case Expr.Property(String name) ->
                group.isEmpty() ? null : scalar(Json.child(group.getFirst(), "properties").get(name));
            case Expr.Not(Expr inner) -> !truth(value(inner, group));
            case Expr.IsNull(Expr inner, boolean negated) -> (value(inner, group) == null) != negated;
            case Expr.Listed(Expr inner, List<Expr> among, boolean negated) -> {
                boolean found = false;
                for (Expr one : among) {
                    found |= order(value(inner, group), value(one, group)) == 0;
                }
                yield found != negated;
            }
            case Expr.Function function -> function(function, group);
            case Expr.Binary(String operator, Expr left, Expr right) ->
                binary(operator, value(left, group), value(right, group));
        };
    }

    private static @Nullable Object column(String name, JsonObject event) throws NotUnderstood {
        return switch (name) {
            case "uuid", "event", "distinct_id" -> Json.text(event, name).orElse("");
            case "timestamp" -> Events.instant(event.get("timestamp").getAsString()).orElse(Instant.EPOCH);
            case "properties" -> Json.child(event, "properties").toString();
            default -> throw new NotUnderstood("Unable to resolve field: " + name);
        };
    }

    /** JSON properties come out of ClickHouse as text. */
    private static @Nullable Object scalar(@Nullable JsonElement element) {
        if (element == null || element.isJsonNull()) {
            return null;
        }
        return element.isJsonPrimitive() ? element.getAsString() : element.toString();
    }

    private @Nullable Object function(Expr.Function function, List<JsonObject> group) throws NotUnderstood {
        List<Expr> arguments = function.arguments();
        return switch (function.name().toLowerCase(Locale.ROOT)) {
            case "now" -> now;
            case "count" -> count(function, group);
            case "uniq" -> (double) values(arguments.getFirst(), group).stream().distinct().count();
            case "countif" -> {
                int n = 0;
                for (JsonObject event : group) {
                    n += truth(value(arguments.getFirst(), List.of(event))) ? 1 : 0;
                }
                yield (double) n;
            }
            case "min" -> values(arguments.getFirst(), group).stream().min(HogQlRun::order).orElse(null);
            case "max" -> values(arguments.getFirst(), group).stream().max(HogQlRun::order).orElse(null);
            case "todatetime", "parsedatetimebesteffort" ->
                Events.instant(String.valueOf(value(arguments.getFirst(), group)))
                        .orElseThrow(() -> new NotUnderstood("no date and time with an offset"));
            case "tostring" -> {
                Object inner = value(arguments.getFirst(), group);
                yield inner == null ? null : String.valueOf(plain(inner));
            }
            case "todate", "tostartofday" -> truncated(arguments, group, ChronoUnit.DAYS);
            case "tostartofhour" -> truncated(arguments, group, ChronoUnit.HOURS);
            case "tostartofminute" -> truncated(arguments, group, ChronoUnit.MINUTES);
            default -> throw new NotUnderstood("Unsupported function call '" + function.name() + "(...)'");
        };
    }

    private Object count(Expr.Function function, List<JsonObject> group) throws NotUnderstood {
        boolean all = function.arguments().isEmpty()
                || function.arguments().getFirst().equals(new Expr.Column("*"));
        if (all) {
            return (double) group.size();
        }
        List<Object> values = values(function.arguments().getFirst(), group);
        return (double) (function.distinct() ? values.stream().distinct().count() : values.size());
    }

    private List<Object> values(Expr expr, List<JsonObject> group) throws NotUnderstood {
        List<Object> values = new ArrayList<>();
        for (JsonObject event : group) {
            Object value = value(expr, List.of(event));
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    private Object truncated(List<Expr> arguments, List<JsonObject> group, ChronoUnit unit)
            throws NotUnderstood {
        if (value(arguments.getFirst(), group) instanceof Instant at) {
            return at.truncatedTo(unit);
        }
        throw new NotUnderstood("a time is wanted");
    }

    private static @Nullable Object binary(String operator, @Nullable Object left, @Nullable Object right)
            throws NotUnderstood {
        if (operator.equals("AND")) {
            return truth(left) && truth(right);
        }
        if (operator.equals("OR")) {
            return truth(left) || truth(right);
        }
        if (left == null || right == null) {
            boolean unequal = operator.equals("!=") || operator.equals("<>");
            return unequal ? (Object) !Objects.equals(left, right) : null;
        }
        return switch (operator) {
            case "=", "==" -> order(left, right) == 0;
            case "!=", "<>" -> order(left, right) != 0;
            case "<" -> order(left, right) < 0;
            case "<=" -> order(left, right) <= 0;
            case ">" -> order(left, right) > 0;
            case ">=" -> order(left, right) >= 0;
            case "LIKE", "ILIKE" ->
                like(String.valueOf(left), String.valueOf(right), operator.equals("ILIKE"));
            case "+", "-", "*", "/" -> arithmetic(operator, left, right);
            default -> throw new NotUnderstood("Unsupported operator " + operator);
        };
    }

    private static Object arithmetic(String operator, Object left, Object right) throws NotUnderstood {
        if (left instanceof Instant at && right instanceof Duration span) {
            return operator.equals("-") ? at.minus(span) : at.plus(span);
        }
        Optional<Double> a = number(left);
        Optional<Double> b = number(right);
        if (a.isEmpty() || b.isEmpty()) {
            throw new NotUnderstood("Illegal types for operator " + operator);
        }
        return switch (operator) {
            case "+" -> a.get() + b.get();
            case "-" -> a.get() - b.get();
            case "*" -> a.get() * b.get();
            default -> a.get() / b.get();
        };
    }

    private static boolean like(String text, String pattern, boolean anyCase) {
        String regex = Pattern.quote(pattern).replace("%", "\\E.*\\Q").replace("_", "\\E.\\Q");
        return Pattern.compile(regex, Pattern.DOTALL | (anyCase ? Pattern.CASE_INSENSITIVE : 0)).matcher(text)
                .matches();
    }

    /** Numbers by value, times by time, a time and a text as times, all else as text; null is last. */
    private static int order(@Nullable Object a, @Nullable Object b) {
        if (a == null || b == null) {
            return Boolean.compare(a == null, b == null);
        }
        Object left = b instanceof Instant && a instanceof String text
                ? Events.instant(text).<Object>map(t -> t)
                        .orElse(a)
                : a;
        Object right = a instanceof Instant && b instanceof String text
                ? Events.instant(text).<Object>map(t -> t)
                        .orElse(b)
                : b;
        if (left instanceof Instant l && right instanceof Instant r) {
            return l.compareTo(r);
        }
        if (left instanceof Double || right instanceof Double) {
            Optional<Double> l = number(left);
            Optional<Double> r = number(right);
            if (l.isPresent() && r.isPresent()) {
                return Double.compare(l.get(), r.get());
            }
        }
        return String.valueOf(left).compareTo(String.valueOf(right));
    }

    private static Optional<Double> number(Object value) {
        try {
            return Optional.of(Double.valueOf(String.valueOf(value)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static boolean truth(@Nullable Object value) {
        return Boolean.TRUE.equals(value);
    }

    /** Whole numbers without a fraction, times in ISO form. */
    private static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Double d when d == Math.rint(d) -> d.longValue();
            case Instant at -> at.toString();
            default -> value;
        };
    }
}
