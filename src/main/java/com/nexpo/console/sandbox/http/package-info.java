/** The small HTTP layer that every emulator stands on. */
@NullMarked
package com.nexpo.console.sandbox.http;

import org.jspecify.annotations.NullMarked;
