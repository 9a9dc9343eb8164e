/**
 * Who may come in, and what browsers are told about it: addresses, places, user agents, CORS, CSRF,
 * security fields.
 */
@NullMarked
package dev.penstock.plugins.access;

import org.jspecify.annotations.NullMarked;
