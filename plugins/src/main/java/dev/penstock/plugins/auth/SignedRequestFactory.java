package dev.penstock.plugins.auth;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.spi.BodyAccess;
import dev.penstock.engine.spi.BodyPart;
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
import dev.penstock.plugins.rules.Kept;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** {@code signed-request} (A13). */
final class SignedRequestFactory implements FilterFactory<SignedRequestConfig> {
  private final Kept<Replays> kept = new Kept<>();

  @Override
  public String name() {
    return "signed-request";
  }

  @Override
  public Class<SignedRequestConfig> configType() {
    return SignedRequestConfig.class;
  }

  @Override
  public FilterTemplate prepare(SignedRequestConfig config, PrepareScope scope) {
    Gate gate = new Gate("Signature", config.optional(), config.always(), config.headers(), scope);
    long life = config.maxAge().plus(config.leeway()).plus(config.leeway()).toMillis();
    // A reload does not make old signatures new.
    String name = scope.path() + ' ' + life + ' ' + config.maxRemembered();
    Replays replays = kept.take(name, () -> new Replays(life, config.maxRemembered()));
    return new FilterTemplate() {
      @Override
      public Set<Phase> phases() {
        return config.coverBody()
            ? EnumSet.of(Phase.ON_REQUEST, Phase.ON_REQUEST_BODY)
            : EnumSet.of(Phase.ON_REQUEST);
      }

      @Override
      public BodyAccess requestBody() {
        return config.coverBody() ? BodyAccess.WHOLE : BodyAccess.NONE;
      }

      @Override
      public int maxWholeBodyBytes() {
        return config.maxBody();
      }

      @Override
      public Filter create(FilterScope worker) {
        return new SignedRequest(config, gate, replays, worker);
      }

      @Override
      public void close() {
        kept.letGo(name, last -> {});
      }
    };
  }

  /** What the body of a signed request must be; without a digest, empty. */
  private record Expected(@Nullable BodyDigest digest) {}

  private record Holder(Mac mac, Identity identity) {}

  /** One worker's filter. */
  private static final class SignedRequest implements Filter {
    private static final String DIGEST = "content-digest";
    private static final Verdict FULL =
        Verdict.reject(
            ProxyError.of(
                ProxyError.Kind.OVERLOADED, "signed-request: too many signatures to remember"));

    private final SignedRequestConfig config;
    private final Gate gate;
    private final Replays replays;
    private final FilterScope scope;
    private final Map<String, Holder> holders = new HashMap<>();
    private final Exchange.Attribute<Expected> expectedOf = new Exchange.Attribute<>("digest");

    SignedRequest(SignedRequestConfig config, Gate gate, Replays replays, FilterScope scope) {
      this.config = config;
      this.gate = gate;
      this.replays = replays;
      this.scope = scope;
      config
          .keys()
          .forEach((name, key) -> {
            Identity identity = new Identity(name, "signature", key.groups(), Map.of());
            holders.put(name, new Holder(mac(key.secret()), identity));
          });
    }

    private static Mac mac(String secret) {
      try {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return mac;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
      if (gate.isSettled(exchange)) return gate.pass(exchange);
      HeaderMap headers = exchange.request().headers();
      List<String> inputs = headers.all("signature-input");
      List<String> signatures = headers.all("signature");
      if (inputs.isEmpty() && signatures.isEmpty()) return gate.nobody(exchange);
      if (inputs.size() != 1 || signatures.size() != 1) return Gate.ambiguous("signature");
      SignatureInput input = SignatureInput.parse(inputs.getFirst().strip());
      if (input == null) return gate.refuse("Signature-Input is none that we understand");
      String wrong = judge(input);
      if (wrong != null) return gate.refuse(wrong);
      Holder holder = holders.get(input.parameters().getOrDefault("keyid", ""));
      if (holder == null) return gate.refuse("the key is not known");
      String base = SignatureBase.of(exchange, input);
      byte[] signature = signature(signatures.getFirst().strip(), input.label());
      if (base == null || signature == null) return gate.refuse("the signature is none");
      byte[] right = holder.mac().doFinal(base.getBytes(StandardCharsets.ISO_8859_1));
      if (!MessageDigest.isEqual(right, signature)) return gate.refuse("the signature is wrong");
      Verdict body = expectBody(exchange, input);
      if (body != null) return body;
      if (config.once()) {
        Replays.Outcome outcome = replays.see(new Digest(right), scope.wallMillis());
        if (outcome == Replays.Outcome.FULL) return FULL;
        if (outcome == Replays.Outcome.SEEN) return gate.refuse("the signature has come before");
      }
      return gate.pass(exchange, holder.identity());
    }

    /** What is wrong with a signature before it is looked at, or null. */
    private @Nullable String judge(SignatureInput input) {
      if (!input.components().containsAll(config.required()))
        return "the signature does not cover all that it must";
      String algorithm = input.parameters().get("alg");
      if (algorithm != null && !algorithm.equals("hmac-sha256"))
        return "the algorithm is not hmac-sha256";
      long now = scope.wallMillis() / 1000;
      long leeway = config.leeway().toSeconds();
      long created = input.seconds("created");
      if (created < 0) return "the signature does not say when it was made";
      if (created > now + leeway) return "the signature comes from the future";
      if (created < now - config.maxAge().toSeconds() - leeway) return "the signature is too old";
      long expires = input.parameters().containsKey("expires") ? input.seconds("expires") : now;
      return expires < now - leeway ? "the signature has expired" : null;
    }

    private static byte @Nullable [] signature(String field, String label) {
      String start = label + "=:";
      if (!field.startsWith(start) || !field.endsWith(":") || field.length() <= start.length())
        return null;
      try {
        return Base64.getDecoder().decode(field.substring(start.length(), field.length() - 1));
      } catch (IllegalArgumentException e) {
        return null;
      }
    }

    /** Remembers what the body must be; a verdict when it cannot be that. */
    private @Nullable Verdict expectBody(Exchange exchange, SignatureInput input) {
      if (!config.coverBody()) return null;
      HeaderMap headers = exchange.request().headers();
      if (!input.components().contains(DIGEST)) {
        exchange.attribute(expectedOf, new Expected(null));
        return null;
      }
      String field = headers.joined(DIGEST);
      BodyDigest digest = field == null ? null : BodyDigest.parse(field);
      if (digest == null) return gate.refuse("Content-Digest is none that we understand");
      exchange.attribute(expectedOf, new Expected(digest));
      // A body that somebody took away would never be shown to us.
      String length = headers.get(HeaderName.CONTENT_LENGTH);
      if ((length == null || Long.parseLong(length) == 0) && !digest.isOf(ByteBuffer.allocate(0)))
        return length == null
            ? Verdict.reject(
                ProxyError.of(
                    ProxyError.Kind.LENGTH_REQUIRED,
                    "signed-request: a signed body tells its length"))
            : gate.refuse("the body is not the one that was signed");
      return null;
    }

    @Override
    public Verdict onRequestBody(Exchange exchange, BodyPart part) {
      Expected expected = exchange.attribute(expectedOf);
      if (expected == null) return Verdict.NEXT;
      BodyDigest digest = expected.digest();
      boolean isRight = digest == null ? !part.bytes().hasRemaining() : digest.isOf(part.bytes());
      return isRight ? Verdict.NEXT : gate.refuse("the body is not the one that was signed");
    }
  }
}
