@NullMarked
package com.nexpo.console.system;

import org.jspecify.annotations.NullMarked;
