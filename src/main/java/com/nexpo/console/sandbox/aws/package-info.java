/**
 * AWS as far as a deployment meets it: SSM Parameter Store, STS and IAM's policy simulator, on one address.
 * Wire formats: <a href="https://docs.aws.amazon.com/systems-manager/latest/APIReference/">SSM</a> (JSON 1.1),
 * <a href="https://docs.aws.amazon.com/STS/latest/APIReference/">STS</a> and
 * <a href="https://docs.aws.amazon.com/IAM/latest/APIReference/">IAM</a> (Query, XML).
 */
@NullMarked
package com.nexpo.console.sandbox.aws;

import org.jspecify.annotations.NullMarked;
