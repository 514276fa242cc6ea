/**
 * PostHog in the console's words: the private API by plain HTTP, because no official client has it, and the official
 * server SDK for sending events.
 */
@NullMarked
package com.nexpo.console.system.posthog;

import org.jspecify.annotations.NullMarked;
