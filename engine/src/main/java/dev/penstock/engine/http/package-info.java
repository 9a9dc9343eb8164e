/**
 * Messages of HTTP, whatever version carries them: heads, fields, limits, violations. Part of the
 * plugin API.
 */
@NullMarked
package dev.penstock.engine.http;

import org.jspecify.annotations.NullMarked;
