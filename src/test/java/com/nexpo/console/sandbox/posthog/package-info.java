@NullMarked
package com.nexpo.console.sandbox.posthog;

import org.jspecify.annotations.NullMarked;
