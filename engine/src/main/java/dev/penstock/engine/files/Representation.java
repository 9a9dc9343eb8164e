package dev.penstock.engine.files;

import org.jspecify.annotations.Nullable;

/**
 * One form of a file: as it is, or encoded beforehand.
 *
 * @param tag strong, of time and size
 * @param encoding its Content-Encoding, or null
 * @param bytes all of it when it is small, or null
 * @param file where it is read from otherwise
 */
record Representation(
    String tag,
    long size,
    @Nullable String encoding,
    byte @Nullable [] bytes,
    @Nullable OpenFile file) {}
