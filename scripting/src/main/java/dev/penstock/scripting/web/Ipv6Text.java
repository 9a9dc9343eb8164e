package dev.penstock.scripting.web;

import org.jspecify.annotations.Nullable;

/** IPv6 addresses in URLs (URL §3.5 "IPv6 parser", §3.6, RFC 5952 §4). */
final class Ipv6Text {
  private Ipv6Text() {}

  /** The address in its shortest form, in brackets; null on failure. */
  static @Nullable String parse(String text) {
    int[] pieces = new int[8];
    int piece = 0;
    int compress = -1;
    int at = 0;
    int n = text.length();
    if (n > 0 && text.charAt(0) == ':') {
      if (n < 2 || text.charAt(1) != ':') return null;
      at = 2;
      compress = ++piece;
    }
    while (at < n) {
      if (piece == 8) return null;
      if (text.charAt(at) == ':') {
        if (compress >= 0) return null;
        at++;
        compress = ++piece;
        continue;
      }
      int value = 0;
      int length = 0;
      while (length < 4 && at < n && PercentSet.hex(text.charAt(at)) >= 0) {
        value = value << 4 | PercentSet.hex(text.charAt(at));
        at++;
        length++;
      }
      if (at < n && text.charAt(at) == '.') {
        if (length == 0 || piece > 6) return null;
        if (!readIpv4(text, at - length, pieces, piece)) return null;
        piece += 2;
        break;
      }
      if (at < n && text.charAt(at) == ':') {
        at++;
        if (at == n) return null;
      } else if (at < n) {
        return null;
      }
      pieces[piece++] = value;
    }
    if (compress >= 0) {
      int swaps = piece - compress;
      for (int to = 7; to != 0 && swaps > 0; to--, swaps--) {
        int from = compress + swaps - 1;
        int moved = pieces[to];
        pieces[to] = pieces[from];
        pieces[from] = moved;
      }
    } else if (piece != 8) {
      return null;
    }
    return write(pieces);
  }

  private static boolean readIpv4(String text, int at, int[] pieces, int piece) {
    int n = text.length();
    int seen = 0;
    while (at < n) {
      if (seen > 0) {
        if (text.charAt(at) != '.' || seen >= 4) return false;
        at++;
      }
      int value = -1;
      while (at < n && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        int digit = text.charAt(at) - '0';
        if (value == 0) return false;
        value = value < 0 ? digit : value * 10 + digit;
        if (value > 255) return false;
        at++;
      }
      if (value < 0) return false;
      int index = piece + (seen >> 1);
      pieces[index] = pieces[index] << 8 | value;
      seen++;
    }
    return seen == 4;
  }

  private static String write(int[] pieces) {
    int best = -1;
    int bestLength = 1;
    for (int i = 0; i < 8; ) {
      int end = i;
      while (end < 8 && pieces[end] == 0) end++;
      if (end - i > bestLength) {
        best = i;
        bestLength = end - i;
      }
      i = end == i ? i + 1 : end;
    }
    StringBuilder out = new StringBuilder("[");
    for (int i = 0; i < 8; i++) {
      if (i == best) {
        out.append(i == 0 ? "::" : ":");
        i += bestLength - 1;
        continue;
      }
      out.append(Integer.toHexString(pieces[i]));
      if (i < 7) out.append(':');
    }
    return out.append(']').toString();
  }
}
