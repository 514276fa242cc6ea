/** Terraform and OpenTofu: workspace, child process, streams, plans, applies, and what PostHog's provider needs. */
@NullMarked
package com.nexpo.console.system.terraform;

import org.jspecify.annotations.NullMarked;
