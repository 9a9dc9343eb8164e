/** Built-in filters that limit how much, how often, how many at a time and how fast. */
@NullMarked
package dev.penstock.plugins.limit;

import org.jspecify.annotations.NullMarked;
