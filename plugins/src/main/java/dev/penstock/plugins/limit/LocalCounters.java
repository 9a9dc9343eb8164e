package dev.penstock.plugins.limit;

import dev.penstock.plugins.rules.Kept;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counters in this process. */
final class LocalCounters implements CounterStore {
  private final KeyHash hash = new KeyHash();
  private final Kept<KeyTable> tables = new Kept<>();

  @Override
  public Counters open(String name, Rate rate, int maxKeys, KeyTable.WhenFull whenFull) {
    String whole = name + ' ' + rate + ' ' + maxKeys + ' ' + whenFull;
    KeyTable table = tables.take(whole, () -> new KeyTable(maxKeys, whenFull, rate::newCounter));
    return new Counters() {
      @Override
      public @Nullable Counter find(String key, long nowNs) {
        return table.find(hash.of(key), nowNs);
      }

      @Override
      public void close() {
        tables.letGo(whole, last -> {});
      }
    };
  }

  Map<String, String> details() {
    long[] sums = new long[2];
    tables.forEach(table -> {
      sums[0] += table.forgotten();
      sums[1] += table.homeless();
    });
    Map<String, String> details = new LinkedHashMap<>();
    if (sums[0] > 0) details.put("limit-keys-forgotten", Long.toString(sums[0]));
    if (sums[1] > 0) details.put("limit-keys-without-place", Long.toString(sums[1]));
    return details;
  }
}
