package com.nexpo.console.blueprint;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** The value of one variable of a module. */
public sealed interface SettingValue {

    /** The value as a service gets it in its environment: what Terraform's {@code tostring} makes of it. */
    String asText();

    /** A switch. */
    record Switch(boolean on) implements SettingValue {
        @Override
        public String asText() {
            return Boolean.toString(on);
        }
    }

    /** A number; 1.0 and 1 are the same amount. */
    record Amount(BigDecimal number) implements SettingValue {

        /** Keeps the number without trailing zeros, so that equal amounts are equal records. */
        public Amount {
            BigDecimal stripped = number.stripTrailingZeros();
            number = stripped.scale() < 0 ? stripped.setScale(0) : stripped;
        }

        /** An amount from text such as {@code 0.5}. */
        public static Amount of(String number) {
            return new Amount(new BigDecimal(number));
        }

        @Override
        public String asText() {
            return number.toPlainString();
        }
    }

    /** A text. */
    record Text(String text) implements SettingValue {
        @Override
        public String asText() {
            return text;
        }
    }

    /** Names and values, for tags; sorted by name. */
    record Tags(Map<String, String> entries) implements SettingValue {

        /** Copies the entries, sorted. */
        public Tags {
            entries = Collections.unmodifiableMap(new TreeMap<>(entries));
        }

        @Override
        public String asText() {
            return entries.toString();
        }
    }
}
