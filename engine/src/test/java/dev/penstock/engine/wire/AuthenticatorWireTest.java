package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.spi.Authenticator;
import dev.penstock.engine.spi.AuthenticatorFactory;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.spi.Identity;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.Verdict;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Identity sources of extensions. */
final class AuthenticatorWireTest {
  /** Believes whoever gives a badge. */
  private record Badges() implements Extension, AuthenticatorFactory<Badges.Settings> {
    record Settings(boolean required) {}

    @Override
    public String name() {
      return "badge";
    }

    @Override
    public void register(Registry registry) {
      registry.authenticator(this);
    }

    @Override
    public Class<Settings> configType() {
      return Settings.class;
    }

    @Override
    public Authenticator prepare(Settings config, PrepareScope scope) {
      return new Authenticator() {
        @Override
        public @Nullable Identity identify(Exchange exchange) {
          assertThat(Thread.currentThread().isVirtual()).isTrue();
          String badge = exchange.request().headers().get("x-badge");
          exchange.request().headers().remove("x-badge");
          return badge == null ? null : Identity.of(badge, "badge");
        }

        @Override
        public String challenge() {
          return "Badge";
        }

        @Override
        public boolean isRequired() {
          return config.required();
        }
      };
    }

    @Override
    public void close() {}
  }

  private static TestGateway gateway(ScriptedUpstream upstream, boolean required, Probe after) {
    return TestGateway.start(
        """
        upstreams: { up: { endpoints: [ "%s" ] } }
        routes: { all: { filters: [ { badge: { required: %s } }, { after: {} } ], upstream: up } }
        """
            .formatted(upstream.address(), required),
        new Badges(),
        after);
  }

  @Test
  void whoIsFoundIsKnownToLaterFiltersAndWhoIsNotIsAsked() {
    AtomicReference<Identity> seen = new AtomicReference<>();
    Probe after =
        new Probe("after")
            .on(
                Phase.ON_REQUEST,
                (exchange, part) -> {
                  seen.set(exchange.identity());
                  return Verdict.NEXT;
                });
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = gateway(upstream, true, after);
        RawClient client = gateway.connect()) {
      RawResponse asked = client.get("/");
      assertThat(asked.status()).isEqualTo(401);
      assertThat(asked.field("WWW-Authenticate")).isEqualTo("Badge");
      assertThat(upstream.requests()).isEmpty();
      client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Badge: ali\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(200);
      assertThat(seen.get()).isEqualTo(Identity.of("ali", "badge"));
      assertThat(upstream.onlyRequest().field("X-Badge")).isNull();
    }
  }

  @Test
  void whereItIsNotRequiredNobodyIsSomebodyToo() {
    AtomicReference<Identity> seen = new AtomicReference<>(Identity.of("x", "y"));
    Probe after =
        new Probe("after")
            .on(
                Phase.ON_REQUEST,
                (exchange, part) -> {
                  seen.set(exchange.identity());
                  return Verdict.NEXT;
                });
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = gateway(upstream, false, after);
        RawClient client = gateway.connect()) {
      assertThat(client.get("/").status()).isEqualTo(200);
      assertThat(seen.get()).isNull();
    }
  }
}
