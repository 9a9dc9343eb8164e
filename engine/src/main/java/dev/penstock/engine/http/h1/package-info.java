/**
 * HTTP/1.0 and HTTP/1.1 without sockets (RFC 9112): bytes to {@code HttpSink}, messages to bytes.
 */
@NullMarked
package dev.penstock.engine.http.h1;

import org.jspecify.annotations.NullMarked;
