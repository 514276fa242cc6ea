/** Measurements, each a small program; docs/benchmarks.md says how to run them and what they should show. */
@NullMarked
package com.nexpo.console.bench;

import org.jspecify.annotations.NullMarked;
