package dev.penstock.engine.plan;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How far one kind of filter is trusted; {@link FilterGuard} is what it means. */
@Doc("How far one kind of filter is trusted, whoever wrote it.")
public record FilterRules(
    @Doc(
            "How long a call of a filter that may block can take; then its thread is interrupted and the call has failed.")
        @Default("30s")
        @Range("1ms..60s")
        Duration deadline,
    @Doc(
            "How many calls of a filter that may block run at once, over all workers; one more is answered 503, or goes on without it where on-failure says so.")
        @Default("1024")
        @Range("1..1000000")
        int concurrency,
    @Doc(
            "refuse: what fails, or comes too late, ends the exchange. pass: it goes on as if the filter were not there. Without it, what the filter itself says.")
        @Nullable OnFailure onFailure,
    @Doc("When to stop asking a filter that fails; without it, never.") @Nullable Breaker breaker) {

  /** For kinds of which the configuration says nothing. */
  public static final FilterRules DEFAULTS =
      new FilterRules(Duration.ofSeconds(30), 1024, null, null);

  /** What becomes of an exchange whose filter fails. */
  public enum OnFailure {
    REFUSE,
    PASS
  }

  /** When a filter is not asked any more for a while. */
  @Doc("When a filter that fails is not asked any more for a while.")
  public record Breaker(
      @Doc("So many calls in a row have failed.") @Default("5") @Range("1..1000000") int failures,
      @Doc("So long it is not asked; then one call shows whether it works again.")
          @Default("10s")
          @Range("10ms..1h")
          Duration pause) {}
}
