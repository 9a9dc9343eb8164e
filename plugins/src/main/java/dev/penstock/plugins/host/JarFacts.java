package dev.penstock.plugins.host;

import java.nio.file.Path;

/**
 * A JAR without its bytes.
 *
 * @param file where it lies, or will
 * @param digest SHA-256, hexadecimal
 * @param bytes size
 * @param key changes when the JAR or a library beside it does
 */
record JarFacts(Path file, String digest, long bytes, String key) {}
