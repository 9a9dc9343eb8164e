/**
 * The host of plugin JARs: found, looked at, loaded in a class loader of their own, let go again.
 */
@NullMarked
package dev.penstock.plugins.host;

import org.jspecify.annotations.NullMarked;
