package com.nexpo.console.system.terraform;

/** Writing HCL. */
final class Hcl {
    private Hcl() {}

    /** A quoted string that means exactly this text, template markers included. */
    static String text(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean opensTemplate = (c == '$' || c == '%') && i + 1 < text.length()
                    && text.charAt(i + 1) == '{';
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> out.append(opensTemplate ? "" + c + c : String.valueOf(c));
            }
        }
        return out.append('"').toString();
    }
}
