/** Built-in filters that find out who sends a request, and decide what they may do. */
@NullMarked
package dev.penstock.plugins.auth;

import org.jspecify.annotations.NullMarked;
