@NullMarked
package com.nexpo.console.profile;

import org.jspecify.annotations.NullMarked;
