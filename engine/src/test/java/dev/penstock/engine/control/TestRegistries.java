package dev.penstock.engine.control;

import dev.penstock.engine.spi.BalancerFactory;
import dev.penstock.engine.spi.Config.Bytes;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.Config.Secret;
import dev.penstock.engine.spi.Config.Shorthand;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.PrepareScope;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A few filters and balancers that are configured like real ones. */
final class TestRegistries {
  private TestRegistries() {}

  static Registries some() {
    Registries registries = new Registries();
    registries.filter(new Named<>("script", Script.class));
    registries.filter(new Named<>("rate-limit", RateLimit.class));
    registries.filter(new Named<>("basic-auth", BasicAuth.class));
    registries.filter(new Named<>("cors", Cors.class));
    registries.balancer(new NamedBalancer<>("round-robin", Nothing.class));
    registries.balancer(new NamedBalancer<>("least-requests", Nothing.class));
    registries.balancer(new NamedBalancer<>("consistent-hash", ConsistentHash.class));
    return registries;
  }

  @Doc("A script.")
  record Script(
      @Doc("Its file.") @Shorthand String file,
      @Doc("Time for one turn.") @Default("50ms") @Range("1ms..60s") Duration budget) {}

  @Doc("Refuses what is too much.")
  record RateLimit(
      @Doc("How many.") @Range("1..1000000") int requests,
      @Doc("In which time.") @Default("1s") @Range("1ms..24h") Duration per,
      @Doc("On top at once.") @Default("0") @Range("0..1000000") int burst,
      @Doc("Counted by.") @Default("client-ip") String key) {
    public RateLimit {
      if (burst > requests)
        throw new IllegalArgumentException("burst is at most requests, " + requests);
    }
  }

  @Doc("Asks for a password.")
  record BasicAuth(String user, @Secret String password) {
    public BasicAuth {
      if (password.length() < 8)
        throw new IllegalArgumentException("the password \"" + password + "\" is too short");
    }
  }

  @Doc("Answers preflights.")
  record Cors(
      @Default("*") String origin,
      @Default("1KiB") @Bytes int maxHeader,
      @Nullable Duration maxAge) {}

  record Nothing() {}

  record ConsistentHash(
      @Doc("What is hashed.") @Shorthand String key,
      @Default("1.25") @Range("1..10") double load) {}

  /** Never prepared here: reading a configuration must not. */
  record Named<C extends Record>(String name, Class<C> configType) implements FilterFactory<C> {
    @Override
    public FilterTemplate prepare(C config, PrepareScope scope) {
      throw new AssertionError("reading prepared a filter");
    }
  }

  record NamedBalancer<C extends Record>(String name, Class<C> configType)
      implements BalancerFactory<C> {
    @Override
    public BalancerTemplate prepare(C config, PrepareScope scope) {
      throw new AssertionError("reading prepared a balancer");
    }
  }
}
