/** Files of a folder as the answers of a route: what stands there, and what of it is asked for. */
@NullMarked
package dev.penstock.engine.files;

import org.jspecify.annotations.NullMarked;
