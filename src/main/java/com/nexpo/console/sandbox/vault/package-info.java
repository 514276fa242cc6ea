/**
 * The emulated Vault: what the console, its scripts and curl ask of a Vault or OpenBao server, answered as
 * OpenBao 2.6 answers.
 */
@NullMarked
package com.nexpo.console.sandbox.vault;

import org.jspecify.annotations.NullMarked;
