/**
 * The emulated {@code terraform} executable: the command line contract of Terraform 1.11 for the blueprint's modules, for
 * where the real one or its providers cannot be had. It reads the modules' catalogs instead of their HCL and makes the
 * same resources at the same addresses.
 */
@NullMarked
package com.nexpo.console.sandbox.terraform;

import org.jspecify.annotations.NullMarked;
