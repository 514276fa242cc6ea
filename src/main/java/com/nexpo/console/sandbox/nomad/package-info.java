/** The emulated Nomad: parses, plans, registers and rolls out jobs, in time, with Nomad's own answers. */
@NullMarked
package com.nexpo.console.sandbox.nomad;

import org.jspecify.annotations.NullMarked;
