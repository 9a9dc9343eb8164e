package dev.penstock.plugins.auth;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Identity;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.plugins.rules.QueryParameter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code api-key}. */
final class ApiKeyFactory implements FilterFactory<ApiKeyConfig> {
  @Override
  public String name() {
    return "api-key";
  }

  @Override
  public Class<ApiKeyConfig> configType() {
    return ApiKeyConfig.class;
  }

  @Override
  public FilterTemplate prepare(ApiKeyConfig config, PrepareScope scope) {
    Map<Digest, Holder> holders = new HashMap<>();
    config
        .keys()
        .forEach((name, key) -> {
          Identity identity = new Identity(name, "api-key", key.groups(), Map.copyOf(key.claims()));
          if (holders.put(digest(key.hash()), new Holder(identity, key.untilMillis())) != null)
            throw new ConfigException("keys.%s: another name has the same key".formatted(name));
        });
    if (config.keysFile() != null) {
      for (NamedLines.Line line : NamedLines.read(scope.watch(config.keysFile()))) {
        try {
          ApiKeyConfig.checkHash(line.hash());
        } catch (ConfigException e) {
          throw line.wrong(String.valueOf(e.getMessage()));
        }
        Identity identity = new Identity(line.name(), "api-key", line.groups(), Map.of());
        if (holders.put(digest(line.hash()), new Holder(identity, Long.MAX_VALUE)) != null)
          throw line.wrong("another name has the same key");
      }
    }
    String scheme = config.prefix().strip();
    Gate gate =
        new Gate(
            scheme.isEmpty() ? "ApiKey" : scheme,
            config.optional(),
            config.always(),
            config.headers(),
            scope);
    return new FilterTemplate() {
      @Override
      public Set<Phase> phases() {
        return Set.of(Phase.ON_REQUEST);
      }

      @Override
      public Filter create(FilterScope worker) {
        return new ApiKey(config, gate, Map.copyOf(holders), worker);
      }
    };
  }

  private static Digest digest(String hex) {
    return new Digest(HexFormat.of().parseHex(hex));
  }

  /** Who has a key, and until when. */
  private record Holder(Identity identity, long untilMillis) {}

  /**
   * One worker's filter. That a digest is looked up in a table tells nothing by its time: nobody
   * can choose a digest.
   */
  private static final class ApiKey implements Filter {
    private static final int MAX_CHARS = 1024;

    private final Gate gate;
    private final Map<Digest, Holder> holders;
    private final FilterScope scope;
    private final String header;
    private final String prefix;
    private final @Nullable QueryParameter query;
    private final boolean forwards;
    private final MessageDigest sha256;

    ApiKey(ApiKeyConfig config, Gate gate, Map<Digest, Holder> holders, FilterScope scope) {
      this.gate = gate;
      this.holders = holders;
      this.scope = scope;
      header = config.header();
      prefix = config.prefix();
      query = config.query() == null ? null : new QueryParameter(config.query());
      forwards = config.forward();
      try {
        sha256 = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
      if (gate.isSettled(exchange)) return gate.pass(exchange);
      HeaderMap headers = exchange.request().headers();
      int at = headers.find(header, 0);
      if (at >= 0 && headers.find(header, at + 1) >= 0) return Gate.ambiguous(header);
      String key = at < 0 ? null : keyIn(headers.value(at));
      if (query != null) {
        List<String> values = query.values(exchange.request());
        if (values.size() > (key == null ? 1 : 0)) return Gate.ambiguous("key");
        if (!values.isEmpty()) key = values.getFirst();
      }
      if (key == null) return gate.nobody(exchange);
      Holder holder = find(key);
      if (holder == null) return gate.refuse("the key is not known");
      if (scope.wallMillis() >= holder.untilMillis()) return gate.refuse("the key has expired");
      if (!forwards) hide(exchange);
      return gate.pass(exchange, holder.identity());
    }

    private @Nullable String keyIn(String value) {
      if (prefix.isEmpty()) return value;
      return value.regionMatches(true, 0, prefix, 0, prefix.length())
          ? value.substring(prefix.length())
          : null;
    }

    private @Nullable Holder find(String key) {
      if (key.isEmpty() || key.length() > MAX_CHARS) return null;
      return holders.get(new Digest(sha256.digest(key.getBytes(StandardCharsets.UTF_8))));
    }

    private void hide(Exchange exchange) {
      exchange.request().headers().remove(header);
      if (query != null) query.removeFrom(exchange.request());
    }
  }
}
