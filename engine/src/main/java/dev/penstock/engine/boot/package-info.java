/** The gateway put together: embeddable, and as a program. */
@NullMarked
package dev.penstock.engine.boot;

import org.jspecify.annotations.NullMarked;
