/** The whole program against a whole sandbox. */
@NullMarked
package com.nexpo.console.app;

import org.jspecify.annotations.NullMarked;
