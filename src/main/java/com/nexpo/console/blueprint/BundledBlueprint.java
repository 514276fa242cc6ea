package com.nexpo.console.blueprint;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** The blueprint that comes with the program, in a jar or in a folder of the class path. */
public final class BundledBlueprint {

    private static final String ROOT = "blueprint";
    private static final String KNOWN_FILE = "/" + ROOT + "/terraform/versions.tf";

    private BundledBlueprint() {}

    /**
     * Copies all its files into a folder, over those of an older version, and reads it there.
     *
     * @param folder where to; made when it is missing
     * @throws IOException when a file cannot be read or written
     */
    public static Blueprint extractTo(Path folder) throws IOException {
        URL known = BundledBlueprint.class.getResource(KNOWN_FILE);
        if (known == null) {
            throw new IOException("The program has no blueprint in it: " + KNOWN_FILE
                    + " is missing from its class path; install the program again.");
        }
        try {
            copy(known.toURI(), folder);
        } catch (URISyntaxException e) {
            throw new IOException("The program's own place cannot be read: " + known + ".", e);
        }
        return Blueprint.read(folder);
    }

    /** Copies the tree around a known file of it, which lies in a folder or in a jar. */
    static void copy(URI known, Path folder) throws IOException {
        if (!"jar".equals(known.getScheme())) {
            Path terraform = Path.of(known).resolveSibling(".").normalize();
            copyTree(terraform.resolveSibling("."), folder);
            return;
        }
        String text = known.getRawSchemeSpecificPart();
        Path jar = Path.of(URI.create(text.substring(0, text.indexOf("!/"))));
        try (FileSystem files = FileSystems.newFileSystem(jar)) {
            copyTree(files.getPath("/" + ROOT), folder);
        }
    }

    private static void copyTree(Path tree, Path folder) throws IOException {
        Path from = tree.normalize();
        List<Path> files;
        try (Stream<Path> walk = Files.walk(from)) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            // By text: a path in a jar and a path on disk cannot be resolved against each other.
            Path target = folder.resolve(from.relativize(file).toString());
            Files.createDirectories(target.resolveSibling(".").normalize());
            Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
