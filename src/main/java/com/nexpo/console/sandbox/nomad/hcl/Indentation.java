package com.nexpo.console.sandbox.nomad.hcl;

import com.nexpo.console.sandbox.nomad.hcl.Token.Part;
import java.util.ArrayList;
import java.util.List;

/** What {@code <<-} takes away from the lines of a text. */
final class Indentation {
    private Indentation() {}

    /** The same text without the smallest indentation of all its lines. */
    static List<Part> removed(List<Part> parts) {
        int smallest = Integer.MAX_VALUE;
        boolean lineStart = true;
        for (Part part : parts) {
            if (part instanceof Part.Text(String words)) {
                String[] lines = words.split("\n", -1);
                for (int i = 0; i < lines.length; i++) {
                    boolean tail = i == lines.length - 1 && lines[i].isEmpty();
                    if ((i > 0 || lineStart) && !tail && !lines[i].isBlank()) {
                        smallest = Math.min(smallest, indentation(lines[i]));
                    }
                }
                lineStart = words.endsWith("\n");
            } else {
                smallest = lineStart ? 0 : smallest;
                lineStart = false;
            }
        }
        return smallest == Integer.MAX_VALUE ? parts : cut(parts, smallest);
    }

    private static List<Part> cut(List<Part> parts, int indentation) {
        List<Part> cut = new ArrayList<>();
        boolean lineStart = true;
        for (Part part : parts) {
            if (part instanceof Part.Text(String words)) {
                String[] lines = words.split("\n", -1);
                for (int i = 0; i < lines.length; i++) {
                    if (i > 0 || lineStart) {
                        lines[i] = lines[i].substring(Math.min(indentation, indentation(lines[i])));
                    }
                }
                cut.add(new Part.Text(String.join("\n", lines)));
                lineStart = words.endsWith("\n");
            } else {
                cut.add(part);
                lineStart = false;
            }
        }
        return cut;
    }

    private static int indentation(String line) {
        int n = 0;
        while (n < line.length() && (line.charAt(n) == ' ' || line.charAt(n) == '\t')) {
            n++;
        }
        return n;
    }
}
