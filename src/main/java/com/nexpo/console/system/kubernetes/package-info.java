/**
 * Kubernetes through the official client: its connection and TLS, our own bodies. The client's models and
 * exceptions are kept out, because they claim fields that are not ours and quote secrets.
 */
@NullMarked
package com.nexpo.console.system.kubernetes;

import org.jspecify.annotations.NullMarked;
