package dev.penstock.plugins.auth;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Identity;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/** {@code basic-auth} (A10). */
final class BasicAuthFactory implements FilterFactory<BasicAuthConfig> {
  @Override
  public String name() {
    return "basic-auth";
  }

  @Override
  public Class<BasicAuthConfig> configType() {
    return BasicAuthConfig.class;
  }

  @Override
  public FilterTemplate prepare(BasicAuthConfig config, PrepareScope scope) {
    Map<String, PasswordChecks.User> users = new HashMap<>();
    config.users().forEach((name, hash) -> add(users, config, name, hash, List.of()));
    if (config.usersFile() != null) {
      for (NamedLines.Line line : NamedLines.read(scope.watch(config.usersFile()))) {
        if (users.containsKey(line.name()))
          throw line.wrong("the user \"%s\" is there already".formatted(line.name()));
        try {
          add(users, config, line.name(), line.hash(), line.groups());
        } catch (ConfigException e) {
          throw line.wrong(String.valueOf(e.getMessage()));
        }
      }
    }
    for (String name : config.groups().keySet()) {
      if (!users.containsKey(name))
        throw new ConfigException("groups: there is no user \"%s\"".formatted(name));
    }
    if (users.isEmpty()) throw new ConfigException("there is no user in " + config.usersFile());
    // RFC 7617 §2.1: names and passwords are UTF-8.
    String challenge = "Basic realm=%s, charset=\"UTF-8\"".formatted(Gate.quoted(config.realm()));
    Gate gate = new Gate(challenge, config.optional(), config.always(), config.headers(), scope);
    PasswordChecks checks = new PasswordChecks(users, config.hashesAtATime(), config.maxWaiting());
    SecretKey key = KeyedHash.newKey();
    return new FilterTemplate() {
      @Override
      public Set<Phase> phases() {
        return Set.of(Phase.ON_REQUEST);
      }

      @Override
      public Filter create(FilterScope worker) {
        return new BasicAuth(config, gate, checks, new KeyedHash(key), worker);
      }
    };
  }

  private static void add(
      Map<String, PasswordChecks.User> users,
      BasicAuthConfig config,
      String name,
      String hash,
      List<String> groups) {
    List<String> named = config.groups().get(name);
    Identity identity = new Identity(name, "basic", named == null ? groups : named, Map.of());
    users.put(name, new PasswordChecks.User(identity, PasswordHash.parse(hash)));
  }

  /**
   * One worker's filter; remembers which passwords were right, as keyed hashes in a table of fixed
   * size, where one may displace another.
   */
  private static final class BasicAuth implements Filter {
    private static final int KEPT = 1024;
    private static final Verdict BUSY =
        Verdict.reject(
            ProxyError.of(
                ProxyError.Kind.OVERLOADED, "basic-auth: too many passwords are being hashed"));

    private final Gate gate;
    private final PasswordChecks checks;
    private final KeyedHash hash;
    private final FilterScope scope;
    private final long cacheForNs;
    private final boolean forwards;
    private final @Nullable Right[] kept = new Right[KEPT];

    /** A password that was right. */
    private record Right(Digest key, Identity identity, long untilNs) {}

    BasicAuth(
        BasicAuthConfig config,
        Gate gate,
        PasswordChecks checks,
        KeyedHash hash,
        FilterScope scope) {
      this.gate = gate;
      this.checks = checks;
      this.hash = hash;
      this.scope = scope;
      cacheForNs = config.cacheFor().toNanos();
      forwards = config.forward();
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
      if (gate.isSettled(exchange)) return gate.pass(exchange);
      HeaderMap headers = exchange.request().headers();
      if (Credentials.areSeveral(headers)) return Gate.ambiguous("Authorization");
      String encoded = Credentials.of(headers, "Basic");
      if (encoded == null) return gate.nobody(exchange);
      BasicCredentials given = BasicCredentials.decode(encoded);
      if (given == null) return gate.refuse("Authorization holds no name and password");
      Digest key = hash.of(given.user() + ':' + given.password());
      Right known = kept[key.hashCode() & KEPT - 1];
      if (known != null && known.key().equals(key) && known.untilNs() - scope.nowNs() > 0)
        return pass(exchange, known.identity());
      CompletableFuture<Boolean> answer = checks.check(key, given.user(), given.password());
      if (answer == null) return BUSY;
      Exchange.Suspension suspension = exchange.suspend();
      var _ =
          answer.whenComplete((isRight, failure) ->
              scope.execute(() -> onChecked(exchange, suspension, key, given.user(), isRight)));
      return Verdict.SUSPEND;
    }

    private void onChecked(
        Exchange exchange,
        Exchange.Suspension suspension,
        Digest key,
        String name,
        @Nullable Boolean isRight) {
      Identity identity = null;
      if (isRight != null && isRight) identity = remember(key, name);
      if (!suspension.isWaiting()) return;
      if (isRight == null) suspension.resume(BUSY);
      else if (identity != null) suspension.resume(pass(exchange, identity));
      else suspension.resume(gate.refuse("name or password is wrong"));
    }

    private @Nullable Identity remember(Digest key, String name) {
      PasswordChecks.User user = checks.find(name);
      if (user == null) return null;
      long until = scope.nowNs() + cacheForNs;
      if (cacheForNs > 0) kept[key.hashCode() & KEPT - 1] = new Right(key, user.identity(), until);
      return user.identity();
    }

    private Verdict pass(Exchange exchange, Identity identity) {
      if (!forwards) exchange.request().headers().remove(HeaderName.AUTHORIZATION);
      return gate.pass(exchange, identity);
    }
  }
}
