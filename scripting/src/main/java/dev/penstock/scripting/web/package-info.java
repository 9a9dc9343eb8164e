/**
 * The Web platform APIs that scripts see: JavaScript classes in resources {@code webapi/*.js}, and
 * the Java below them for what is hot or heavy. {@link dev.penstock.scripting.web.WebApi} is the
 * door; the runtime implements {@link dev.penstock.scripting.web.WebHost}.
 */
@NullMarked
package dev.penstock.scripting.web;

import org.jspecify.annotations.NullMarked;
