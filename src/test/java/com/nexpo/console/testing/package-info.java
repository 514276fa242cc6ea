/** What tests of several packages share. */
@NullMarked
package com.nexpo.console.testing;

import org.jspecify.annotations.NullMarked;
