@NullMarked
package com.nexpo.console;

import org.jspecify.annotations.NullMarked;
