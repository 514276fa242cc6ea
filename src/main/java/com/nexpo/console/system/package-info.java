/** What all outside systems share: the one door out, and the shape of a configuration store. */
@NullMarked
package com.nexpo.console.system;

import org.jspecify.annotations.NullMarked;
