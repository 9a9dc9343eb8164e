/**
 * TLS on a connection: between the bytes of a socket and those of a protocol. Knows certificates
 * and engines, neither HTTP nor configuration.
 */
@NullMarked
package dev.penstock.engine.tls;

import org.jspecify.annotations.NullMarked;
