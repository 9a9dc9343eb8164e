/** What the built-in filters share: conditions, expressions, text of fields. */
@NullMarked
package dev.penstock.plugins.rules;

import org.jspecify.annotations.NullMarked;
