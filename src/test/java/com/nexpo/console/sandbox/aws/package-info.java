@NullMarked
package com.nexpo.console.sandbox.aws;

import org.jspecify.annotations.NullMarked;
