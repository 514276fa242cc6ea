@NullMarked
package com.nexpo.console.architecture;

import org.jspecify.annotations.NullMarked;
