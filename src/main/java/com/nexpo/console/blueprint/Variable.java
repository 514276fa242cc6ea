package com.nexpo.console.blueprint;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A variable of a module.
 *
 * @param name         Terraform's name of it
 * @param type         its type
 * @param defaultValue what holds when nothing is given; empty: null in Terraform, or none when {@code required}
 * @param setBy        who sets it
 * @param inherits     whether the shared module's value holds when the service sets none
 * @param required     whether there is no default
 * @param limits       what values are allowed
 * @param group        heading it stands under
 * @param title        name for people
 * @param does         one line: what it creates or sends
 * @param limit        where PostHog cannot do what the name promises, the sentence that says so
 */
public record Variable(String name, Type type, Optional<SettingValue> defaultValue, SetBy setBy,
        boolean inherits,
        boolean required, Limits limits, String group, String title, String does, Optional<String> limit) {

    /** The types that modules use, by Terraform's names. */
    public enum Type {
        /** A switch. */
        BOOL("bool"),
        /** A number. */
        NUMBER("number"),
        /** A text. */
        STRING("string"),
        /** Texts by name. */
        TAGS("map(string)");

        private final String terraform;

        Type(String terraform) {
            this.terraform = terraform;
        }

        /** Terraform's name of the type. */
        public String terraform() {
            return terraform;
        }

        boolean holds(SettingValue value) {
            return switch (value) {
                case SettingValue.Switch ignored -> this == BOOL;
                case SettingValue.Amount ignored -> this == NUMBER;
                case SettingValue.Text ignored -> this == STRING;
                case SettingValue.Tags ignored -> this == TAGS;
            };
        }
    }

    /**
     * What values are allowed.
     *
     * @param min          smallest number
     * @param max          largest number
     * @param whole        whether numbers are whole
     * @param pattern      regular expression of the texts, in the syntax that Java and RE2 share
     * @param patternError what is said of a text that does not match: a sentence
     */
    public record Limits(Optional<BigDecimal> min, Optional<BigDecimal> max, boolean whole,
            Optional<String> pattern,
            Optional<String> patternError) {

        /** Everything of the type is allowed. */
        public static final Limits NONE = new Limits(Optional.empty(), Optional.empty(), false,
                Optional.empty(),
                Optional.empty());

        /** The rule in words for a number, such as {@code a whole number from 1 to 1000}. */
        public String inWords() {
            String kind = whole ? "a whole number" : "a number";
            if (min.isPresent() && max.isPresent()) {
                return kind + " from " + min.get().toPlainString() + " to " + max.get().toPlainString();
            }
            return min.map(m -> kind + " of at least " + m.toPlainString())
                    .or(() -> max.map(m -> kind + " of at most " + m.toPlainString())).orElse(kind);
        }
    }

    /** Whether the operator sets it for each service. */
    public boolean isSetting() {
        return setBy instanceof SetBy.Toggle;
    }

    /** Whether the operator switches it on and off for each service. */
    public boolean isToggle() {
        return isSetting() && type == Type.BOOL;
    }

    /** What is wrong with a value for this variable, as a sentence; empty when nothing is. */
    public Optional<String> problemWith(SettingValue value) {
        if (!type.holds(value)) {
            return Optional.of(
                    title + " (" + name + ") is " + value.asText() + ", but it takes a " + type.terraform()
                            + ".");
        }
        if (value instanceof SettingValue.Amount amount && !allows(amount.number())) {
            return Optional
                    .of(title + " (" + name + ") is " + value.asText() + ", but it takes " + limits.inWords()
                            + ".");
        }
        if (value instanceof SettingValue.Text text && limits.pattern().isPresent()
                && !Pattern.compile(limits.pattern().get()).matcher(text.text()).find()) {
            return limits.patternError().or(() -> Optional.of(title + " (" + name + ") does not match "
                    + limits.pattern().get() + "."));
        }
        return Optional.empty();
    }

    private boolean allows(BigDecimal number) {
        boolean inRange = limits.min().map(m -> number.compareTo(m) >= 0).orElse(true)
                && limits.max().map(m -> number.compareTo(m) <= 0).orElse(true);
        return inRange && (!limits.whole() || number.scale() <= 0);
    }
}
