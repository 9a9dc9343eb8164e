package dev.penstock.scripting;

import dev.penstock.engine.spi.ConfigException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The key-value stores of a process, by name. Thread-safe. */
final class KvStores implements AutoCloseable {
  private final Meter meter;
  private final Map<String, KvStore> stores = new HashMap<>();

  KvStores(Meter meter) {
    this.meter = meter;
  }

  /** The store of that name; it keeps its content over reloads, until the gateway ends. */
  synchronized KvStore open(String name, ScriptRules.KvRules rules, Path folder) {
    KvStore known = stores.get(name);
    if (known != null) {
      if (!known.fits(rules)) {
        throw new ConfigException(
            "the key-value store \""
                + name
                + "\" is used with different max-entries, max-value or persist; give it the same everywhere, or another name");
      }
      return known;
    }
    @Nullable Path persist = rules.persist() == null ? null : folder.resolve(rules.persist());
    KvStore made = new KvStore(name, rules, persist, meter);
    stores.put(name, made);
    return made;
  }

  @Override
  public synchronized void close() {
    stores.values().forEach(KvStore::close);
    stores.clear();
  }
}
