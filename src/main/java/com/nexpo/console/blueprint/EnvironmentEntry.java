package com.nexpo.console.blueprint;

/**
 * An environment variable of a service.
 *
 * @param name   its name, in capitals
 * @param from   where its value comes from
 * @param secret whether it is stored as a secret (SecureString) and masked
 */
public record EnvironmentEntry(String name, Source from, boolean secret) {}
