@NullMarked
package com.nexpo.console.system.aws;

import org.jspecify.annotations.NullMarked;
