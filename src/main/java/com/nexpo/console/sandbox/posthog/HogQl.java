package com.nexpo.console.sandbox.posthog;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses the part of HogQL that is answered here: {@code SELECT … FROM events [WHERE …] [GROUP BY …] [ORDER BY …]
 * [LIMIT …]}. What it does not know it refuses, naming it.
 */
final class HogQl {
    /** Text that is no such query; the message says where it stops being one. */
    static final class NotUnderstood extends Exception {
        NotUnderstood(String message) {
            super(message);
        }
    }

    /** An expression over one event or a group of them. */
    sealed interface Expr {
        record Literal(@Nullable Object value) implements Expr {}

        record Column(String name) implements Expr {}

        record Property(String name) implements Expr {}

        record Function(String name, List<Expr> arguments, boolean distinct) implements Expr {}

        record Binary(String operator, Expr left, Expr right) implements Expr {}

        record Not(Expr inner) implements Expr {}

        record Listed(Expr value, List<Expr> among, boolean negated) implements Expr {}

        record IsNull(Expr value, boolean negated) implements Expr {}
    }

    /** One output column. */
    record Item(Expr expr, String name) {}

    /** One sort key. */
    record Order(Expr expr, boolean descending) {}

    /** A whole query. */
    record Select(List<Item> items, Optional<Expr> where, List<Expr> groupBy, List<Order> orderBy,
            int limit) {}

    private static final Pattern TOKEN = Pattern.compile(
            "\\s+|(?<string>'(?:[^'\\\\]|\\\\.|'')*')|(?<number>\\d+(?:\\.\\d+)?)"
                    + "|(?<name>[A-Za-z_$][A-Za-z0-9_$]*|`[^`]+`)|(?<op><=|>=|!=|<>|==|[-+*/=<>(),.\\[\\]])");
    private static final int DEFAULT_LIMIT = 100;

    private final List<String> tokens = new ArrayList<>();
    private int at;

    private HogQl(String text) throws NotUnderstood {
        Matcher matcher = TOKEN.matcher(text.strip().replaceFirst(";$", ""));
        int from = 0;
        while (matcher.find()) {
            if (matcher.start() != from) {
                break;
            }
            from = matcher.end();
            if (!matcher.group().isBlank()) {
                tokens.add(matcher.group());
            }
        }
        if (from != text.strip().replaceFirst(";$", "").length()) {
            throw new NotUnderstood("no viable alternative at input '" + text.substring(from) + "'");
        }
    }

    static Select parse(String text) throws NotUnderstood {
        return new HogQl(text).select();
    }

    private Select select() throws NotUnderstood {
        expect("SELECT");
        List<Item> items = new ArrayList<>();
        do {
            int start = at;
            Expr expr = or();
            String name = String.join("", tokens.subList(start, at));
            items.add(new Item(expr, take("AS") ? name(next()) : name));
        } while (take(","));
        expect("FROM");
        expect("events");
        Optional<Expr> where = take("WHERE") ? Optional.of(or()) : Optional.empty();
        List<Expr> groups = new ArrayList<>();
        if (take("GROUP")) {
            expect("BY");
            do {
                groups.add(item(items, or()));
            } while (take(","));
        }
        List<Order> orders = new ArrayList<>();
        if (take("ORDER")) {
            expect("BY");
            do {
                Expr expr = item(items, or());
                boolean descending = take("DESC");
                orders.add(new Order(expr, descending));
                if (!descending) {
                    take("ASC");
                }
            } while (take(","));
        }
        int limit = take("LIMIT") ? (int) Double.parseDouble(next()) : DEFAULT_LIMIT;
        if (at < tokens.size()) {
            throw new NotUnderstood("mismatched input '" + tokens.get(at) + "'");
        }
        return new Select(items, where, groups, orders, limit);
    }

    /** A number stands for the item at that position, a name for the item called so. */
    private static Expr item(List<Item> items, Expr expr) throws NotUnderstood {
        if (expr instanceof Expr.Literal(Double position)) {
            int index = position.intValue() - 1;
            if (index < 0 || index >= items.size()) {
                throw new NotUnderstood("position " + position.intValue() + " is not in the select list");
            }
            return items.get(index).expr();
        }
        if (expr instanceof Expr.Column(String name)) {
            return items.stream().filter(i -> i.name().equals(name)).map(Item::expr).findFirst().orElse(expr);
        }
        return expr;
    }

    private Expr or() throws NotUnderstood {
        Expr left = and();
        while (take("OR")) {
            left = new Expr.Binary("OR", left, and());
        }
        return left;
    }

    private Expr and() throws NotUnderstood {
        Expr left = not();
        while (take("AND")) {
            left = new Expr.Binary("AND", left, not());
        }
        return left;
    }

    private Expr not() throws NotUnderstood {
        return take("NOT") ? new Expr.Not(not()) : comparison();
    }

    private Expr comparison() throws NotUnderstood {
        Expr left = sum();
        if (take("IS")) {
            boolean negated = take("NOT");
            expect("NULL");
            return new Expr.IsNull(left, negated);
        }
        boolean negated = take("NOT");
        if (take("IN")) {
            expect("(");
            List<Expr> among = new ArrayList<>();
            do {
                among.add(sum());
            } while (take(","));
            expect(")");
            return new Expr.Listed(left, among, negated);
        }
        for (String operator : List.of("LIKE", "ILIKE", "=", "==", "!=", "<>", "<=", ">=", "<", ">")) {
            if (take(operator)) {
                Expr compared = new Expr.Binary(operator, left, sum());
                return negated ? new Expr.Not(compared) : compared;
            }
        }
        if (negated) {
            throw new NotUnderstood("mismatched input 'NOT'");
        }
        return left;
    }

    private Expr sum() throws NotUnderstood {
        Expr left = product();
        while (peek("+") || peek("-")) {
            String operator = next();
            left = new Expr.Binary(operator, left, product());
        }
        return left;
    }

    private Expr product() throws NotUnderstood {
        Expr left = atom();
        while (peek("*") || peek("/")) {
            String operator = next();
            left = new Expr.Binary(operator, left, atom());
        }
        return left;
    }

    private Expr atom() throws NotUnderstood {
        if (take("(")) {
            Expr inner = or();
            expect(")");
            return inner;
        }
        if (take("INTERVAL")) {
            double amount = Double.parseDouble(next());
            return new Expr.Literal(interval(amount, next()));
        }
        if (take("NULL")) {
            return new Expr.Literal(null);
        }
        if (peek("true") || peek("false")) {
            return new Expr.Literal(Boolean.valueOf(next().toLowerCase(Locale.ROOT)));
        }
        String token = next();
        if (token.startsWith("'")) {
            return new Expr.Literal(unquoted(token));
        }
        if (Character.isDigit(token.charAt(0))) {
            return new Expr.Literal(Double.valueOf(token));
        }
        if (token.equals("*") && (peek(")") || peek("FROM"))) {
            return new Expr.Column("*");
        }
        if (!Character.isLetter(token.charAt(0)) && "_$`".indexOf(token.charAt(0)) < 0) {
            throw new NotUnderstood("mismatched input '" + token + "'");
        }
        return named(name(token));
    }

    private Expr named(String name) throws NotUnderstood {
        if (take("(")) {
            boolean distinct = take("DISTINCT");
            List<Expr> arguments = new ArrayList<>();
            while (!peek(")")) {
                arguments.add(or());
                if (!take(",")) {
                    break;
                }
            }
            expect(")");
            return new Expr.Function(name, arguments, distinct);
        }
        if (name.equals("properties") && take(".")) {
            return new Expr.Property(name(next()));
        }
        if (name.equals("properties") && take("[")) {
            Expr.Property property = new Expr.Property(unquoted(next()));
            expect("]");
            return property;
        }
        return new Expr.Column(name);
    }

    private static Duration interval(double amount, String unit) throws NotUnderstood {
        return switch (unit.toUpperCase(Locale.ROOT).replaceFirst("S$", "")) {
            case "SECOND" -> Duration.ofSeconds((long) amount);
            case "MINUTE" -> Duration.ofMinutes((long) amount);
            case "HOUR" -> Duration.ofHours((long) amount);
            case "DAY" -> Duration.ofDays((long) amount);
            case "WEEK" -> Duration.ofDays(7 * (long) amount);
            default -> throw new NotUnderstood("unknown interval unit '" + unit + "'");
        };
    }

    private static String name(String token) {
        return token.startsWith("`") ? token.substring(1, token.length() - 1) : token;
    }

    private static String unquoted(String token) {
        return token.length() < 2
                ? token
                : token.substring(1, token.length() - 1).replace("''", "'").replaceAll("\\\\(.)", "$1");
    }

    private boolean peek(String token) {
        return at < tokens.size() && tokens.get(at).equalsIgnoreCase(token);
    }

    private boolean take(String token) {
        if (peek(token)) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(String token) throws NotUnderstood {
        if (!take(token)) {
            throw new NotUnderstood("mismatched input '" + (at < tokens.size() ? tokens.get(at) : "<EOF>")
                    + "' expecting " + token);
        }
    }

    private String next() throws NotUnderstood {
        if (at >= tokens.size()) {
            throw new NotUnderstood("mismatched input '<EOF>'");
        }
        return tokens.get(at++);
    }
}
