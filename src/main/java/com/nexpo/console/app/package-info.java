/** Start, wiring, shutdown: the only place that knows everything. */
@NullMarked
package com.nexpo.console.app;

import org.jspecify.annotations.NullMarked;
