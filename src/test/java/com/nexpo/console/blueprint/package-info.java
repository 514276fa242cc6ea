@NullMarked
package com.nexpo.console.blueprint;

import org.jspecify.annotations.NullMarked;
