package com.nexpo.console.cli;

import java.util.ResourceBundle;

/** The fixed words of the commands, from their bundle. */
final class Words {
    private static final ResourceBundle BUNDLE = ResourceBundle.getBundle("com.nexpo.console.cli.messages");

    private Words() {}

    /** The text of a key, with its places filled as {@link String#format} does. */
    static String of(String key, Object... values) {
        return BUNDLE.getString(key).formatted(values);
    }
}
