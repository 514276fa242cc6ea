/**
 * What can be deployed, read from the {@code catalog.json} files of a blueprint folder: services, their toggles, flags,
 * insights and environment; and the Terraform files that follow from them. No network, no Terraform.
 */
@NullMarked
package com.nexpo.console.blueprint;

import org.jspecify.annotations.NullMarked;
