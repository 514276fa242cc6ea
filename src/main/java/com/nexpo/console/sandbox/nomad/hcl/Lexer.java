package com.nexpo.console.sandbox.nomad.hcl;

import com.nexpo.console.sandbox.nomad.hcl.Token.Kind;
import com.nexpo.console.sandbox.nomad.hcl.Token.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Cuts a text into {@link Token}s. Comments vanish; line ends stay, because they end an argument. */
final class Lexer {
    private static final Set<String> PAIRS = Set.of("==", "!=", "<=", ">=", "&&", "||", "=>", "..");
    private static final String SINGLES = "{}[]()=,.:?+-*/%!<>";

    private final String source;
    private int at;
    private int line = 1;
    private int column = 1;

    Lexer(String source) {
        this.source = source;
    }

    /** All tokens of the text; the last one is {@link Kind#END}. */
    List<Token> tokens() throws HclException {
        List<Token> tokens = new ArrayList<>();
        Token token;
        do {
            token = next();
            tokens.add(token);
        } while (token.kind() != Kind.END);
        return tokens;
    }

    private Token next() throws HclException {
        skipBlanksAndComments();
        if (at >= source.length()) {
            return token(Kind.END, "", List.of(), line, column);
        }
        int fromLine = line;
        int fromColumn = column;
        char c = source.charAt(at);
        if (c == '\n') {
            take();
            return token(Kind.NEWLINE, "\n", List.of(), fromLine, fromColumn);
        }
        if (c == '"') {
            return quoted();
        }
        if (source.startsWith("<<", at) && at + 2 < source.length()
                && isHeredocStart(source.charAt(at + 2))) {
            return new Heredoc().token();
        }
        if (Character.isDigit(c)) {
            return token(Kind.NUMBER, takeWhile("0123456789.eE"), List.of(), fromLine, fromColumn);
        }
        if (isIdentifierStart(c)) {
            return token(Kind.IDENTIFIER, takeIdentifier(), List.of(), fromLine, fromColumn);
        }
        return symbol(fromLine, fromColumn);
    }

    private Token symbol(int fromLine, int fromColumn) throws HclException {
        if (at + 1 < source.length() && PAIRS.contains(source.substring(at, at + 2))) {
            String pair = source.substring(at, at + 2);
            take();
            take();
            return token(Kind.SYMBOL, pair, List.of(), fromLine, fromColumn);
        }
        char c = take();
        Token single = token(Kind.SYMBOL, Character.toString(c), List.of(), fromLine, fromColumn);
        if (SINGLES.indexOf(c) < 0) {
            throw new HclException(new Diagnostic(single.range(), "Invalid character",
                    "This character is not used within the language."));
        }
        return single;
    }

    private Token quoted() throws HclException {
        int fromLine = line;
        int fromColumn = column;
        take();
        List<Part> parts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        while (true) {
            if (at >= source.length()) {
                throw new HclException(
                        new Diagnostic(range(fromLine, fromColumn), "Unterminated template string",
                                "No closing marker was found for the string."));
            }
            if (source.charAt(at) == '\n') {
                throw multiLine(fromLine, fromColumn);
            }
            if (interpolationStarts()) {
                flush(text, parts);
                parts.add(code());
                continue;
            }
            if (escapedInterpolation()) {
                takeEscapedInterpolation(text);
                continue;
            }
            char c = take();
            if (c == '"') {
                flush(text, parts);
                return token(Kind.TEMPLATE, "", parts, fromLine, fromColumn);
            }
            text.append(c == '\\' ? escape() : Character.toString(c));
        }
    }

    private HclException multiLine(int fromLine, int fromColumn) {
        Range broken = new Range(line, column, line + 1, 1);
        return new HclException(List.of(
                new Diagnostic(broken, "Invalid multi-line string",
                        "Quoted strings may not be split over multiple lines. To produce a multi-line string, either use the \\n escape to represent a newline character or use the \"heredoc\" multi-line template syntax."),
                new Diagnostic(range(fromLine, fromColumn), "Unterminated template string",
                        "No closing marker was found for the string.")));
    }

    private String escape() throws HclException {
        int fromLine = line;
        int fromColumn = column - 1;
        char c = at < source.length() ? take() : ' ';
        return switch (c) {
            case 'n' -> "\n";
            case 'r' -> "\r";
            case 't' -> "\t";
            case '"' -> "\"";
            case '\\' -> "\\";
            case 'u' -> unicode(4);
            case 'U' -> unicode(8);
            default ->
                throw new HclException(new Diagnostic(range(fromLine, fromColumn), "Invalid escape sequence",
                        "The symbol \"" + c + "\" is not a valid escape sequence selector."));
        };
    }

    private String unicode(int digits) throws HclException {
        int fromLine = line;
        int fromColumn = column;
        String hex = source.substring(at, Math.min(source.length(), at + digits));
        for (int i = 0; i < hex.length(); i++) {
            take();
        }
        try {
            return Character.toString(Integer.parseInt(hex, 16));
        } catch (IllegalArgumentException e) {
            throw new HclException(new Diagnostic(range(fromLine, fromColumn), "Invalid escape sequence",
                    "The \\u escape sequence must be followed by " + digits + " hexadecimal digits."));
        }
    }

    private boolean interpolationStarts() {
        return source.startsWith("${", at);
    }

    private boolean escapedInterpolation() {
        return source.startsWith("$${", at) || source.startsWith("%%{", at);
    }

    /** {@code $${x}} means the text <code>${x}</code>, which Nomad hands on to its clients. */
    private void takeEscapedInterpolation(StringBuilder text) {
        text.append(take());
        take();
        text.append(take());
    }

    private Part code() throws HclException {
        int fromLine = line;
        int fromColumn = column;
        take();
        take();
        int codeStart = at;
        List<Token> tokens = new ArrayList<>();
        int depth = 0;
        while (true) {
            int before = at;
            Token token = next();
            if (token.kind() == Kind.END) {
                throw new HclException(new Diagnostic(range(fromLine, fromColumn),
                        "Unclosed template interpolation sequence",
                        "There is no closing brace for this interpolation sequence before the end of the file. This might be caused by incorrect nesting inside the given expression."));
            }
            if (token.is("}") && depth == 0) {
                Range whole = range(fromLine, fromColumn);
                tokens.add(new Token(Kind.END, "", List.of(), token.range()));
                return new Part.Code(tokens, source.substring(codeStart, before).strip(), whole);
            }
            depth += token.is("{") ? 1 : token.is("}") ? -1 : 0;
            if (token.kind() != Kind.NEWLINE) {
                tokens.add(token);
            }
        }
    }

    private static void flush(StringBuilder text, List<Part> parts) {
        if (!text.isEmpty()) {
            parts.add(new Part.Text(text.toString()));
            text.setLength(0);
        }
    }

    private void skipBlanksAndComments() {
        while (at < source.length()) {
            char c = source.charAt(at);
            if (c == '#' || source.startsWith("//", at)) {
                while (at < source.length() && source.charAt(at) != '\n') {
                    take();
                }
            } else if (source.startsWith("/*", at)) {
                int end = source.indexOf("*/", at + 2);
                int stop = end < 0 ? source.length() : end + 2;
                while (at < stop) {
                    take();
                }
            } else if (c == ' ' || c == '\t' || c == '\r' || c == '\uFEFF') {
                take();
            } else {
                return;
            }
        }
    }

    private static boolean isIdentifierStart(char c) {
        return Character.isLetter(c) || c == '_';
    }

    private static boolean isHeredocStart(char c) {
        return c == '-' || isIdentifierStart(c);
    }

    private String takeIdentifier() {
        int start = at;
        while (at < source.length() && (Character.isLetterOrDigit(source.charAt(at))
                || source.charAt(at) == '_' || source.charAt(at) == '-')) {
            take();
        }
        return source.substring(start, at);
    }

    private String takeWhile(String allowed) {
        int start = at;
        while (at < source.length() && allowed.indexOf(source.charAt(at)) >= 0) {
            take();
        }
        return source.substring(start, at);
    }

    private char take() {
        char c = source.charAt(at++);
        if (c == '\n') {
            line++;
            column = 1;
        } else if (!Character.isLowSurrogate(c)) {
            column++;
        }
        return c;
    }

    private Range range(int fromLine, int fromColumn) {
        return new Range(fromLine, fromColumn, line, column);
    }

    private Token token(Kind kind, String text, List<Part> parts, int fromLine, int fromColumn) {
        return new Token(kind, text, List.copyOf(parts), range(fromLine, fromColumn));
    }

    /** Reads {@code <<WORD} or {@code <<-WORD} with the lines up to the one that is only WORD. */
    private final class Heredoc {
        private final int fromLine = line;
        private final int fromColumn = column;
        private final List<Part> parts = new ArrayList<>();
        private final StringBuilder text = new StringBuilder();

        Token token() throws HclException {
            take();
            take();
            boolean indented = source.charAt(at) == '-';
            if (indented) {
                take();
            }
            String marker = takeIdentifier();
            takeWhile(" \t\r");
            if (at < source.length()) {
                take();
            }
            while (!atMarker(marker)) {
                if (at >= source.length()) {
                    throw new HclException(
                            new Diagnostic(range(fromLine, fromColumn), "Unterminated template string",
                                    "No closing marker was found for the string."));
                }
                line();
            }
            takeWhile(" \t");
            takeIdentifier();
            flush(text, parts);
            return Lexer.this.token(Kind.TEMPLATE, "", indented ? Indentation.removed(parts) : parts,
                    fromLine, fromColumn);
        }

        /** True at the start of a line that holds nothing but the marker. */
        private boolean atMarker(String marker) {
            int end = source.indexOf('\n', at);
            return source.substring(at, end < 0 ? source.length() : end).strip().equals(marker);
        }

        private void line() throws HclException {
            while (at < source.length()) {
                if (interpolationStarts()) {
                    flush(text, parts);
                    parts.add(code());
                } else if (escapedInterpolation()) {
                    takeEscapedInterpolation(text);
                } else {
                    char c = take();
                    text.append(c);
                    if (c == '\n') {
                        return;
                    }
                }
            }
        }
    }
}
