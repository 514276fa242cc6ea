@NullMarked
package com.nexpo.console.model;

import org.jspecify.annotations.NullMarked;
