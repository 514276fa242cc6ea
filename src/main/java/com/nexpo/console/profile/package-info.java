/** Environments, and where their credentials come from. */
@NullMarked
package com.nexpo.console.profile;

import org.jspecify.annotations.NullMarked;
