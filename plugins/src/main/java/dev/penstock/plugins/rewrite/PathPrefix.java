package dev.penstock.plugins.rewrite;

import org.jspecify.annotations.Nullable;

/** Beginnings of paths, by whole segments. */
final class PathPrefix {
  private PathPrefix() {}

  /**
   * {@code path} with {@code to} in the place of {@code from}, or null when it does not begin so.
   * {@code /app} is a beginning of {@code /app}, {@code /app/} and {@code /app/x}, not of {@code
   * /apple}; a slash at the end of either makes no difference.
   */
  static @Nullable String swap(String path, String from, String to) {
    String start = from.endsWith("/") ? from.substring(0, from.length() - 1) : from;
    if (!path.startsWith(start)) return null;
    String rest = path.substring(start.length());
    if (!rest.isEmpty() && "/?#".indexOf(rest.charAt(0)) < 0) return null;
    String base = to.endsWith("/") ? to.substring(0, to.length() - 1) : to;
    return base.isEmpty() && !rest.startsWith("/") ? "/" + rest : base + rest;
  }
}
