/** JavaScript handlers on a route. */
@NullMarked
package dev.penstock.scripting;

import org.jspecify.annotations.NullMarked;
