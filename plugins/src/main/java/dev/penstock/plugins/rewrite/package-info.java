/** Changes to requests and responses on their way: fields, paths, cookies, redirects, bodies. */
@NullMarked
package dev.penstock.plugins.rewrite;

import org.jspecify.annotations.NullMarked;
