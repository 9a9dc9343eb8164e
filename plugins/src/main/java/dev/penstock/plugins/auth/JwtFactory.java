package dev.penstock.plugins.auth;

import com.nimbusds.jwt.SignedJWT;
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
import dev.penstock.plugins.rules.Fields;
import dev.penstock.plugins.rules.Kept;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code jwt} (A3 to A5, A9). */
final class JwtFactory implements FilterFactory<JwtConfig> {
  private final Kept<KeyRing> rings = new Kept<>();

  @Override
  public String name() {
    return "jwt";
  }

  @Override
  public Class<JwtConfig> configType() {
    return JwtConfig.class;
  }

  @Override
  public FilterTemplate prepare(JwtConfig config, PrepareScope scope) {
    String upstream = config.jwksUpstream();
    if (upstream != null && !scope.upstreams().contains(upstream))
      throw new ConfigException("jwks-upstream: there is no upstream \"%s\"".formatted(upstream));
    if (config.audience().isEmpty())
      scope.warn("without \"audience\", tokens that are meant for other services are accepted");
    Gate gate =
        new Gate(
            "Bearer realm=" + Gate.quoted(config.realm()),
            config.optional(),
            config.always(),
            config.headers(),
            scope);
    TokenKeys fixed = fixed(config, scope);
    // By their source: a new configuration need not fetch them again.
    String source =
        upstream == null ? String.valueOf(config.jwksUrl()) : upstream + ' ' + config.jwksPath();
    KeyRing ring = fixed == null ? rings.take(source, () -> KeyRing.of(config)) : null;
    return new FilterTemplate() {
      @Override
      public Set<Phase> phases() {
        return Set.of(Phase.ON_REQUEST);
      }

      @Override
      public Filter create(FilterScope worker) {
        return new Jwt(config, gate, fixed, ring, worker);
      }

      @Override
      public void close() {
        if (ring != null) rings.letGo(source, last -> {});
      }
    };
  }

  private static @Nullable TokenKeys fixed(JwtConfig config, PrepareScope scope) {
    if (config.secret() != null) return TokenKeys.ofSecret(config.secret());
    if (config.jwksFile() == null) return null;
    Path file = scope.watch(config.jwksFile());
    try {
      TokenKeys keys = TokenKeys.parse(Files.readString(file));
      if (keys.areNone()) throw new ConfigException(file + " has no key that can be used");
      return keys;
    } catch (IOException e) {
      throw new ConfigException("%s cannot be read: %s".formatted(file, e.getMessage()));
    } catch (ParseException e) {
      throw new ConfigException("%s is no set of keys: %s".formatted(file, e.getMessage()));
    }
  }

  /** A token whose signature was good; its times are looked at again. */
  private record Good(String text, TokenKeys keys, TokenCheck.Result result) {}

  /** One worker's filter; remembers good tokens, in a table of fixed size. */
  private static final class Jwt implements Filter {
    private static final int KEPT = 1024;
    private static final Verdict NO_KEYS =
        Verdict.reject(
            ProxyError.of(
                ProxyError.Kind.OVERLOADED, "jwt: there are no keys to check tokens with"));

    private final Gate gate;
    private final TokenCheck check;
    private final @Nullable TokenKeys fixed;
    private final @Nullable KeyRing ring;
    private final FilterScope scope;
    private final @Nullable String cookie;
    private final boolean forwards;
    private final @Nullable Good[] kept = new Good[KEPT];

    Jwt(
        JwtConfig config,
        Gate gate,
        @Nullable TokenKeys fixed,
        @Nullable KeyRing ring,
        FilterScope scope) {
      this.gate = gate;
      this.fixed = fixed;
      this.ring = ring;
      this.scope = scope;
      check = new TokenCheck(config);
      cookie = config.cookie();
      forwards = config.forward();
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
      if (gate.isSettled(exchange)) return gate.pass(exchange);
      HeaderMap headers = exchange.request().headers();
      if (Credentials.areSeveral(headers)) return Gate.ambiguous("Authorization");
      String text = Credentials.of(headers, "Bearer");
      if (text == null && cookie != null) text = Fields.cookie(headers, cookie);
      if (text == null) return gate.nobody(exchange);
      TokenKeys keys = keys();
      Good known = kept[place(text)];
      if (known != null && known.keys() == keys && known.text().equals(text))
        return scope.wallMillis() < known.result().untilMillis()
            ? pass(exchange, known.result())
            : invalid("the token has expired");
      SignedJWT token = check.parse(text);
      if (token == null) return invalid("this is no token, or not one of ours");
      if (!keys.know(token.getHeader()) && ring != null) {
        Exchange.Suspension suspension = exchange.suspend();
        String asked = text;
        boolean looks =
            ring.look(scope, () -> scope.execute(() -> onKeys(exchange, suspension, asked, token)));
        if (looks) return Verdict.SUSPEND;
        if (keys.areNone()) return NO_KEYS;
      }
      return judge(exchange, text, token, keys);
    }

    private TokenKeys keys() {
      if (fixed != null) return fixed;
      return ring == null ? TokenKeys.NONE : ring.keys(scope);
    }

    private void onKeys(
        Exchange exchange, Exchange.Suspension suspension, String text, SignedJWT token) {
      if (!suspension.isWaiting()) return;
      TokenKeys keys = keys();
      suspension.resume(keys.areNone() ? NO_KEYS : judge(exchange, text, token, keys));
    }

    private Verdict judge(Exchange exchange, String text, SignedJWT token, TokenKeys keys) {
      if (!keys.verify(token)) return invalid("the signature is not right");
      TokenCheck.Result result = check.judge(token, scope.wallMillis());
      if (result.identity() == null) return invalid(result.refusal());
      kept[place(text)] = new Good(text, keys, result);
      return pass(exchange, result);
    }

    private Verdict pass(Exchange exchange, TokenCheck.Result result) {
      Identity identity = result.identity();
      if (identity == null) return invalid(result.refusal());
      if (!forwards) exchange.request().headers().remove(HeaderName.AUTHORIZATION);
      return gate.pass(exchange, identity);
    }

    /** RFC 6750 §3.1. */
    private Verdict invalid(String why) {
      return gate.refuse(why, ", error=\"invalid_token\", error_description=" + Gate.quoted(why));
    }

    private static int place(String text) {
      return (text.hashCode() * 0x9E3779B9) >>> 22;
    }
  }
}
