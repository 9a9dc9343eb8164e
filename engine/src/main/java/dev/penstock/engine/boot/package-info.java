/** Puts the engine together and starts it. */
@NullMarked
package dev.penstock.engine.boot;

import org.jspecify.annotations.NullMarked;
