/** Bytes without sockets: slices and ASCII. */
@NullMarked
package dev.penstock.engine.bytes;

import org.jspecify.annotations.NullMarked;
