/** Tests of the Web APIs: in JavaScript under resources, in Java for what JavaScript stands on. */
@NullMarked
package dev.penstock.scripting.web;

import org.jspecify.annotations.NullMarked;
