/** The Nomad adapter against the emulator, and against a real Nomad when one is given. */
@NullMarked
package com.nexpo.console.system.nomad;

import org.jspecify.annotations.NullMarked;
