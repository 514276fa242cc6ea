/** The steps of the deployment, in the guide's order. */
@NullMarked
package com.nexpo.console.deploy;

import org.jspecify.annotations.NullMarked;
