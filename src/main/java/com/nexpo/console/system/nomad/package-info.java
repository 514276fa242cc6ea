/** Nomad over plain HTTP, in our words: there is no maintained Java client. */
@NullMarked
package com.nexpo.console.system.nomad;

import org.jspecify.annotations.NullMarked;
