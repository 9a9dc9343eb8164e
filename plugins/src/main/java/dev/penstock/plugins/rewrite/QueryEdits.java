package dev.penstock.plugins.rewrite;

import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Rewrites;
import dev.penstock.plugins.rules.QueryParameter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@link RewriteConfig.Query}, compiled. Parameters are told apart by {@code &}; names are compared
 * after percent-decoding, so that {@code %61=1} is no way around a rule for {@code a}. What is not
 * changed stays as it was written. Immutable.
 */
final class QueryEdits {
  private final Set<String> keep;
  private final Set<String> remove = new HashSet<>();
  private final List<String> removePrefixes = new ArrayList<>();
  private final List<Pair> pairs = new ArrayList<>();

  private record Pair(String name, Rewrites.Text value) {}

  private QueryEdits(RewriteConfig.Query query, Rewrites rewrites) {
    keep = Set.copyOf(query.keep());
    for (String name : query.remove()) {
      if (name.endsWith("*")) removePrefixes.add(name.substring(0, name.length() - 1));
      else remove.add(name);
    }
    query
        .set()
        .forEach((name, value) -> {
          remove.add(name);
          pairs.add(new Pair(encoded(name), rewrites.text(value)));
        });
    query.add().forEach((name, value) -> pairs.add(new Pair(encoded(name), rewrites.text(value))));
  }

  static @Nullable QueryEdits compile(RewriteConfig.Query query, Rewrites rewrites) {
    return query.isEmpty() ? null : new QueryEdits(query, rewrites);
  }

  void apply(Exchange exchange) {
    RequestHead head = exchange.request();
    String query = head.query();
    if (query == null && pairs.isEmpty()) return;
    StringBuilder out = new StringBuilder();
    boolean isChanged = query != null && copyKept(query, out);
    for (Pair pair : pairs) {
      if (!out.isEmpty()) out.append('&');
      out.append(pair.name()).append('=').append(encoded(pair.value().render(exchange)));
      isChanged = true;
    }
    if (isChanged) head.query(out.isEmpty() ? null : out.toString());
  }

  /** Appends what stays; whether anything was left out. */
  private boolean copyKept(String query, StringBuilder out) {
    boolean isChanged = false;
    for (int from = 0; from <= query.length(); ) {
      int next = query.indexOf('&', from);
      int end = next < 0 ? query.length() : next;
      int equals = query.indexOf('=', from);
      String name =
          QueryParameter.decoded(query.substring(from, equals >= 0 && equals < end ? equals : end));
      if (stays(name)) {
        if (!out.isEmpty()) out.append('&');
        out.append(query, from, end);
      } else {
        isChanged = true;
      }
      from = end + 1;
    }
    return isChanged;
  }

  private boolean stays(String name) {
    if (!keep.isEmpty()) return keep.contains(name) && !remove.contains(name);
    if (remove.contains(name)) return false;
    for (String prefix : removePrefixes) {
      if (name.startsWith(prefix)) return false;
    }
    return true;
  }

  static String encoded(String text) {
    StringBuilder out = new StringBuilder(text.length() + 8);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      int c = b & 0xff;
      boolean isPlain =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || "-._~".indexOf(c) >= 0;
      if (isPlain) out.append((char) c);
      else out.append('%').append(hex(c >> 4)).append(hex(c & 15));
    }
    return out.toString();
  }

  private static char hex(int digit) {
    return Character.toUpperCase(Character.forDigit(digit, 16));
  }
}
