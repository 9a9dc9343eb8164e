/** Plugin JARs and the filters that come with Penstock. */
@NullMarked
package dev.penstock.plugins;

import org.jspecify.annotations.NullMarked;
