/** A parser for the part of HCL 2 that Nomad's job files use; it answers with HCL's own error texts and positions. */
@NullMarked
package com.nexpo.console.sandbox.nomad.hcl;

import org.jspecify.annotations.NullMarked;
