/** REST over the control plane. */
@NullMarked
package dev.penstock.admin;

import org.jspecify.annotations.NullMarked;
