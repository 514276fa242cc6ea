@NullMarked
package com.nexpo.console.cli;

import org.jspecify.annotations.NullMarked;
