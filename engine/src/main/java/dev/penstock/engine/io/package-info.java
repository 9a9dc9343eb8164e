/**
 * Sockets: listeners, workers and connections, with MINA at arm's length. The only package that
 * imports it.
 */
@NullMarked
package dev.penstock.engine.io;

import org.jspecify.annotations.NullMarked;
