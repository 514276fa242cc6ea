/**
 * Vault and OpenBao: the secrets of the services in KV version 2, and the policies and roles through which
 * Nomad's workloads read them.
 */
@NullMarked
package com.nexpo.console.system.vault;

import org.jspecify.annotations.NullMarked;
