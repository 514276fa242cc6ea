@NullMarked
package com.nexpo.console.engine;

import org.jspecify.annotations.NullMarked;
