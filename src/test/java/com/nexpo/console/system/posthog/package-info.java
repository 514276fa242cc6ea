@NullMarked
package com.nexpo.console.system.posthog;

import org.jspecify.annotations.NullMarked;
