/** The small ground that every emulator stands on: HTTP, faults, and what an emulator is. */
@NullMarked
package com.nexpo.console.sandbox.http;

import org.jspecify.annotations.NullMarked;
