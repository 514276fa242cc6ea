/** The emulated Nomad against recorded answers of the real one. */
@NullMarked
package com.nexpo.console.sandbox.nomad;

import org.jspecify.annotations.NullMarked;
