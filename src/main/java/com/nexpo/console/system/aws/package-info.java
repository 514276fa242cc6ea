/** AWS on its SDK v2: who we are, what we may do, and the parameters of SSM. */
@NullMarked
package com.nexpo.console.system.aws;

import org.jspecify.annotations.NullMarked;
