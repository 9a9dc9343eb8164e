package dev.penstock.plugins.access;

import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.plugins.rules.Deny;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code geo}. */
final class GeoFactory implements FilterFactory<GeoConfig> {
  @Override
  public String name() {
    return "geo";
  }

  @Override
  public Class<GeoConfig> configType() {
    return GeoConfig.class;
  }

  @Override
  public FilterTemplate prepare(GeoConfig config, PrepareScope scope) {
    List<GeoDatabase> databases = new ArrayList<>();
    try {
      for (String file : config.database()) databases.add(GeoDatabase.open(scope.watch(file)));
    } catch (RuntimeException e) {
      databases.forEach(GeoDatabase::close);
      throw e;
    }
    return new Template(new Rules(config), databases);
  }

  private record Template(Rules rules, List<GeoDatabase> databases) implements FilterTemplate {
    @Override
    public Set<Phase> phases() {
      return Set.of(Phase.ON_REQUEST);
    }

    @Override
    public Filter create(FilterScope scope) {
      return new Geo(rules, databases);
    }

    /** No worker looks anything up any more. */
    @Override
    public void close() {
      databases.forEach(GeoDatabase::close);
    }
  }

  /** Who may come in. The client is not told more; the log has what was found. */
  private static final class Rules {
    private static final String COUNTRY = "the country is not served";
    private static final String NETWORK = "the network is not served";

    private final Set<String> allowCountries;
    private final Set<String> denyCountries;
    private final Set<Long> allowAsns;
    private final Set<Long> denyAsns;
    private final boolean allowUnknown;

    Rules(GeoConfig config) {
      allowCountries = Set.copyOf(config.allowCountries());
      denyCountries = Set.copyOf(config.denyCountries());
      allowAsns = Set.copyOf(config.allowAsns());
      denyAsns = Set.copyOf(config.denyAsns());
      allowUnknown = config.allowUnknown();
    }

    /** Why a client from there is refused, or null. */
    @Nullable String refusal(Place place) {
      String country = place.country();
      if (country != null && denyCountries.contains(country)) return COUNTRY;
      if (place.asn() != 0 && denyAsns.contains(place.asn())) return NETWORK;
      if (!allowCountries.isEmpty()) {
        if (country == null ? !allowUnknown : !allowCountries.contains(country)) return COUNTRY;
      }
      if (!allowAsns.isEmpty()) {
        if (place.asn() == 0 ? !allowUnknown : !allowAsns.contains(place.asn())) return NETWORK;
      }
      return null;
    }
  }

  /** What was found of an address. */
  private record Found(InetAddress address, Place place, @Nullable String refusal) {}

  /** One worker's filter; keeps what it found of the last addresses, in a table of fixed size. */
  private static final class Geo implements Filter {
    private static final int KEPT = 1024;

    private final Rules rules;
    private final List<GeoDatabase> databases;
    private final @Nullable Found[] kept = new Found[KEPT];

    Geo(Rules rules, List<GeoDatabase> databases) {
      this.rules = rules;
      this.databases = databases;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
      InetAddress address = exchange.clientAddress();
      int at = (address.hashCode() * 0x9E3779B9) >>> 22;
      Found found = kept[at];
      if (found == null || !found.address().equals(address)) {
        found = find(address);
        kept[at] = found;
      }
      if (found.place() != Place.UNKNOWN) found.place().note(exchange.vars());
      String refusal = found.refusal();
      return refusal == null ? Verdict.NEXT : Deny.because(refusal);
    }

    private Found find(InetAddress address) {
      Place place = Place.UNKNOWN;
      try {
        for (GeoDatabase database : databases) {
          Map<?, ?> record = database.find(address);
          if (record != null) place = place.with(record);
        }
      } catch (IOException e) {
        throw new IllegalStateException(e.getMessage(), e);
      }
      return new Found(address, place, rules.refusal(place));
    }
  }
}
