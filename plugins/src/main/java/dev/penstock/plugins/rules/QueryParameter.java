package dev.penstock.plugins.rules;

import dev.penstock.engine.http.RequestHead;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One parameter of queries. Parameters are told apart by {@code &}; names are compared after
 * percent-decoding, so that {@code %61=1} is no way around {@code a}. Immutable.
 */
public final class QueryParameter {
  private final String name;

  public QueryParameter(String name) {
    this.name = name;
  }

  /** All its values, decoded; one that is not validly encoded stands as it is. */
  public List<String> values(RequestHead head) {
    String query = head.query();
    if (query == null || query.isEmpty()) return List.of();
    @Nullable List<String> values = null;
    for (int from = 0; from <= query.length(); ) {
      int end = end(query, from);
      if (isHere(query, from, end)) {
        if (values == null) values = new ArrayList<>(1);
        int equals = query.indexOf('=', from);
        values.add(equals < 0 || equals >= end ? "" : decoded(query.substring(equals + 1, end)));
      }
      from = end + 1;
    }
    return values == null ? List.of() : values;
  }

  /** Takes it out; the others stay as they were written. */
  public void removeFrom(RequestHead head) {
    String query = head.query();
    if (query == null || query.isEmpty()) return;
    StringBuilder out = new StringBuilder(query.length());
    boolean isFound = false;
    for (int from = 0; from <= query.length(); ) {
      int end = end(query, from);
      if (isHere(query, from, end)) {
        isFound = true;
      } else {
        if (!out.isEmpty()) out.append('&');
        out.append(query, from, end);
      }
      from = end + 1;
    }
    if (isFound) head.query(out.isEmpty() ? null : out.toString());
  }

  private static int end(String query, int from) {
    int next = query.indexOf('&', from);
    return next < 0 ? query.length() : next;
  }

  private boolean isHere(String query, int from, int end) {
    int equals = query.indexOf('=', from);
    int to = equals < 0 || equals > end ? end : equals;
    return decoded(query.substring(from, to)).equals(name);
  }

  /** A name or value without its escapes, or as it stands when one of them is broken. */
  public static String decoded(String text) {
    if (text.indexOf('%') < 0 && text.indexOf('+') < 0) return text;
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
