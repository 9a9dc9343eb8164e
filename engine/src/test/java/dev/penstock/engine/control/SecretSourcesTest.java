package dev.penstock.engine.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.spi.Offer;
import dev.penstock.engine.spi.SecretSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@code ${NAME:key}}: values that extensions give while a configuration is read. */
final class SecretSourcesTest {
  private static final class Safe implements Extension {
    record Settings(String address) {}

    final Queue<String> asked = new ConcurrentLinkedQueue<>();
    final AtomicInteger closed = new AtomicInteger();
    final CountDownLatch interrupted = new CountDownLatch(1);

    @Override
    public String name() {
      return "safe";
    }

    @Override
    public void register(Registry registry) {
      registry.offer(Offer.secretSource("safe", Settings.class, (config, scope) -> open(config)));
    }

    private SecretSource open(Settings config) {
      if (config.address().equals("nowhere")) throw new ConfigException("there is no such host");
      return new SecretSource() {
        @Override
        public @Nullable String secret(String key) throws Exception {
          assertThat(Thread.currentThread().isVirtual()).isTrue();
          asked.add(key);
          return switch (key) {
            case "greeting" -> "s3cret-hello";
            case "tricky" -> "${HOME} ${vault:greeting}\nx: y";
            case "broken" -> throw new IllegalStateException("sealed");
            case "slow" -> hang();
            default -> null;
          };
        }

        @Override
        public void close() {
          closed.incrementAndGet();
        }
      };
    }

    private @Nullable String hang() throws InterruptedException {
      try {
        new CountDownLatch(1).await();
        return null;
      } finally {
        interrupted.countDown();
      }
    }
  }

  private final Safe safe = new Safe();

  private ReadResult read(String yaml) {
    return new ConfigReader(
            Registries.of(List.of(safe)), Map.of("ADDRESS", "vault.test", "GREETING", "hi")::get)
        .read(yaml, "gateway.yaml", Path.of("."));
  }

  private static String answering(String body) {
    return """
    listeners: { web: { bind: "127.0.0.1:0" } }
    secrets: { vault: { safe: { address: "${ADDRESS}" } } }
    routes: { r: { respond: { status: 200, body: "%s" } } }
    """
        .formatted(body);
  }

  private String body(ReadResult read) {
    assertThat(read.problems()).isEmpty();
    RouteConfig route = Objects.requireNonNull(read.config()).routes().get("r");
    return Objects.requireNonNull(Objects.requireNonNull(route).respond()).body();
  }

  @Test
  void aReferenceStandsForWhatTheSourceHasAndEachKeyIsAskedForOnce() {
    assertThat(body(read(answering("${vault:greeting} ${vault:greeting} ${GREETING}"))))
        .isEqualTo("s3cret-hello s3cret-hello hi");
    assertThat(safe.asked).containsExactly("greeting");
    awaitClosed(1);
  }

  @Test
  void whatItGivesIsTextAndNothingElse() {
    assertThat(body(read(answering("${vault:tricky}"))))
        .isEqualTo("${HOME} ${vault:greeting}\nx: y");
  }

  @Test
  void aSourceThatNothingRefersToIsNotMade() {
    assertThat(body(read(answering("plain").replace("${ADDRESS}", "nowhere")))).isEqualTo("plain");
    assertThat(safe.asked).isEmpty();
  }

  @Test
  void whatIsWrongIsSaidWithItsPlace() {
    assertThat(read(answering("${vault:gone}")).render())
        .contains("gateway.yaml:3:46: routes.r.respond.body:")
        .contains("the secret source \"vault\" has no \"gone\"");
    assertThat(read(answering("${vault:broken}")).render())
        .contains("the secret source \"vault\" failed: java.lang.IllegalStateException: sealed");
    assertThat(read(answering("${vault:greeting}").replace("${ADDRESS}", "nowhere")).render())
        .contains("the secret source \"vault\" failed: there is no such host");
    assertThat(read(answering("${valt:greeting}")).render())
        .contains("there is no secret source \"valt\"; did you mean \"vault\"?");
    assertThat(read(answering("${vault:greeting}").replace("address:", "adress:")).render())
        .contains("gateway.yaml:2:29: secrets.vault.safe: there is no key \"adress\"")
        .doesNotContain("routes.r");
    assertThat(read(answering("x").replace("${ADDRESS}", "${vault:greeting}")).render())
        .contains("secret sources are not asked here; use ${NAME} or ${file:/path}");
    assertThat(read(answering("x").replace("vault:", "\"file\":")).render())
        .contains("a source cannot be named \"file\"");
  }

  @Test
  void messagesShowTheReferenceAndNeverTheValue() {
    String rendered =
        read(answering("x").replace("status: 200", "status: \"${vault:greeting}\"")).render();
    assertThat(rendered).contains("${vault:greeting}").doesNotContain("s3cret");
  }

  @Test
  void oneThatHangsIsInterruptedAndAskedNoMore() {
    ReadResult read =
        read(answering("${vault:slow}") + "shutdown: { grace: \"${vault:greeting}\" }\n");
    assertThat(read.problems())
        .hasSize(2)
        .allSatisfy(problem ->
            assertThat(problem.message())
                .isEqualTo("the secret source \"vault\" failed: no answer within 5 s"));
    assertThat(safe.asked).containsExactly("slow");
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (safe.interrupted.getCount() > 0 && System.nanoTime() < deadline)
      LockSupport.parkNanos(1_000_000);
    assertThat(safe.interrupted.getCount()).isZero();
  }

  private void awaitClosed(int times) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (safe.closed.get() < times && System.nanoTime() < deadline)
      LockSupport.parkNanos(1_000_000);
    assertThat(safe.closed.get()).isEqualTo(times);
  }
}
