package com.nexpo.console.blueprint;

import java.util.List;
import java.util.Optional;

/** Where Terraform keeps the state of an environment: written as {@code backend.tf} and {@code backend.hcl}. */
public sealed interface Backend {

    /** Name of the file with the block. */
    String BLOCK_FILE = "backend.tf";

    /** Name of the file with the values, for {@code init -backend-config}. */
    String VALUES_FILE = "backend.hcl";

    /** A file in the workspace: no block, no values. */
    record Local() implements Backend {}

    /**
     * An object in S3, locked by a lock file beside it (Terraform 1.10, OpenTofu 1.10).
     *
     * @param bucket   the bucket
     * @param key      the object's key
     * @param region   the bucket's region
     * @param kmsKeyId key to encrypt with; otherwise the bucket's default
     * @param emulated whether the endpoint is an emulator: path-style addresses, no look-ups of account and region
     */
    record S3(String bucket, String key, String region, Optional<String> kmsKeyId, boolean emulated)
            implements
                Backend {

        private String text() {
            HclText hcl = new HclText().set("bucket", HclText.quoted(bucket)).set("key", HclText.quoted(key))
                    .set("region", HclText.quoted(region));
            kmsKeyId.ifPresent(k -> hcl.set("kms_key_id", HclText.quoted(k)));
            hcl.set("encrypt", "true").set("use_lockfile", "true");
            if (emulated) {
                List.of("use_path_style", "skip_credentials_validation", "skip_metadata_api_check",
                        "skip_region_validation", "skip_requesting_account_id", "skip_s3_checksum")
                        .forEach(name -> hcl.set(name, "true"));
            }
            return hcl.toString();
        }
    }

    /** The text of {@code backend.tf}; empty when the file must not exist. */
    default Optional<String> block() {
        return switch (this) {
            case Local() -> Optional.empty();
            case S3 ignored -> Optional.of("terraform {\n  backend \"s3\" {}\n}\n");
        };
    }

    /** The text of {@code backend.hcl}; empty when the file must not exist. No credential is in it. */
    default Optional<String> values() {
        return switch (this) {
            case Local() -> Optional.empty();
            case S3 s3 -> Optional.of(s3.text());
        };
    }
}
