package dev.penstock.plugins.rewrite;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Rewrites;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@link RewriteConfig.Fields}, compiled: renaming here, the rest by the engine. Immutable. */
final class FieldEdits {
  private final List<Renamed> renamed = new ArrayList<>();
  private final Rewrites.HeaderEdits edits;

  private record Renamed(String from, String to) {}

  private FieldEdits(RewriteConfig.Fields fields, Rewrites rewrites) {
    fields.rename().forEach((from, to) -> renamed.add(new Renamed(from, to)));
    // The engine says which names are nobody's to touch.
    for (Renamed each : renamed)
      rewrites.headers(List.of(each.from(), each.to()), Map.of(), Map.of(), Map.of());
    edits = rewrites.headers(fields.remove(), fields.set(), fields.add(), fields.append());
  }

  static @Nullable FieldEdits compile(RewriteConfig.Fields fields, Rewrites rewrites) {
    return fields.isEmpty() ? null : new FieldEdits(fields, rewrites);
  }

  void apply(HeaderMap headers, Exchange exchange) {
    for (Renamed each : renamed) rename(headers, each);
    edits.apply(headers, exchange);
  }

  private static void rename(HeaderMap headers, Renamed names) {
    List<String> values = headers.all(names.from());
    if (values.isEmpty()) return;
    headers.remove(names.from());
    for (String value : values) headers.add(names.to(), value);
  }
}
