/** Small examples, each with one idea. */
@NullMarked
package dev.penstock.samples;

import org.jspecify.annotations.NullMarked;
