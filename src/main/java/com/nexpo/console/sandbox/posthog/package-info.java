/**
 * An emulated PostHog: the private API as the Terraform provider and the console use it, the flags service, capture
 * and queries, on one address.
 *
 * <p>Shapes follow PostHog's serializers (github.com/PostHog/posthog, 2026) and the exchanges recorded from the
 * provider 1.0.13 and the server SDKs.
 */
@NullMarked
package com.nexpo.console.sandbox.posthog;

import org.jspecify.annotations.NullMarked;
