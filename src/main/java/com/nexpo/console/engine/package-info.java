/** The machine that plans, applies, verifies and remembers: it knows steps, not systems. */
@NullMarked
package com.nexpo.console.engine;

import org.jspecify.annotations.NullMarked;
