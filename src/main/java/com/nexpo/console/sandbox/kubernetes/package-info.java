/**
 * An emulated Kubernetes API server: what the console, its scripts and kubectl need of one, as a v1.36 server was
 * recorded to answer. Field ownership follows structured-merge-diff
 * (https://kubernetes.io/docs/reference/using-api/server-side-apply/).
 */
@NullMarked
package com.nexpo.console.sandbox.kubernetes;

import org.jspecify.annotations.NullMarked;
