/** Commands that work on a running gateway, over its admin API. */
@NullMarked
package dev.penstock.admin.cli;

import org.jspecify.annotations.NullMarked;
