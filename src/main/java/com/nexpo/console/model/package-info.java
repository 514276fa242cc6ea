/** Values that everybody shares; records and sealed types, no I/O. */
@NullMarked
package com.nexpo.console.model;

import org.jspecify.annotations.NullMarked;
