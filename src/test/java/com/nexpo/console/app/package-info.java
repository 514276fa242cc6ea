/** The whole program, with the real tools where they are on the machine. */
@NullMarked
package com.nexpo.console.app;

import org.jspecify.annotations.NullMarked;
