package com.nexpo.console.system.terraform;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A reviewed plan and the file that will be applied.
 *
 * @param file     empty when there is nothing to apply
 * @param checksum SHA-256 of the file, so that what is applied is what was reviewed
 * @param warnings in Terraform's words
 */
public record SavedPlan(TerraformPlan plan, Optional<Path> file, String checksum, List<String> warnings) {
    public SavedPlan {
        warnings = List.copyOf(warnings);
    }
}
