/** Content codings: bodies are compressed for clients that take it, and decompressed for others. */
@NullMarked
package dev.penstock.plugins.compression;

import org.jspecify.annotations.NullMarked;
