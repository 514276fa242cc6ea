package com.nexpo.console.app;

import com.nexpo.console.model.Redactor;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Log lines of the program and its libraries: warnings only, on standard error, redacted. */
final class Logging {
    private Logging() {}

    static void setUp() {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.setLevel(Level.WARNING);
        Handler handler = new ConsoleHandler();
        handler.setLevel(Level.WARNING);
        handler.setFormatter(new Redacting());
        root.addHandler(handler);
    }

    private static final class Redacting extends Formatter {
        private final SimpleFormatter plain = new SimpleFormatter();

        @Override
        public String format(LogRecord entry) {
            return Redactor.clean(plain.format(entry));
        }
    }
}
