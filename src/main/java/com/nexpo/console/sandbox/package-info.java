/** The emulated outside systems and how they are started together. */
@NullMarked
package com.nexpo.console.sandbox;

import org.jspecify.annotations.NullMarked;
