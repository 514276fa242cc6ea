/** Tests of the Terraform runner: recorded streams, a stand-in process, and the real program where it is installed. */
@NullMarked
package com.nexpo.console.system.terraform;

import org.jspecify.annotations.NullMarked;
