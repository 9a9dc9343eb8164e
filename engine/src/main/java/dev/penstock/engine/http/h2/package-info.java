/**
 * HTTP/2 without sockets: frames, field sections and windows of either end of a connection (RFC
 * 9113, RFC 7541).
 */
@NullMarked
package dev.penstock.engine.http.h2;

import org.jspecify.annotations.NullMarked;
