package dev.penstock.scripting;

import dev.penstock.engine.control.ComponentConfig;
import dev.penstock.engine.spi.Config.Bytes;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Offered;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.Config.Secret;
import dev.penstock.engine.spi.Config.Shorthand;
import dev.penstock.engine.spi.ScriptBinding;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a script is used at one place of the configuration: {@code script: tenant.js}, or with all
 * its rules.
 */
@Doc(
    "Runs a JavaScript or TypeScript module: as a filter, as the answer of a route, or as a balancer.")
public record ScriptRules(
    @Shorthand
        @Doc(
            "The module: a .js, .mjs or .ts file, or a folder with a package.json, index or main module.")
        String file,
    @Default("closed")
        @Doc("What happens when the script fails: closed answers 500, open goes on without it.")
        OnError onError,
    @Default("{}") @Doc("What the script reaches as env; nothing else exists for it.") EnvRules env,
    @Default("{}") @Doc("Budgets. What goes over one fails; others go on.") LimitRules limits,
    @Default("stream")
        @Doc("Whether body hooks see each part as it passes, or the whole body once.")
        BodyMode body,
    @Default("1MiB")
        @Bytes
        @Range("1KiB..1GiB")
        @Doc("Largest body that is collected: whole bodies, request.text() and the like.")
        int maxBody,
    @Default("500ms")
        @Range("0ms..60s")
        @Doc("How long a new version is exercised with made-up requests before it takes real ones.")
        Duration warmUp,
    @Nullable @Doc("How often `scheduled` runs, on one worker; for instance 30s.") Duration every,
    @Default("false") @Doc("Sends error messages and stacks to the client. Never in production.")
        boolean development) {

  /** Whether a failing script stops its exchange. */
  public enum OnError {
    CLOSED,
    OPEN
  }

  /** What body hooks see. */
  public enum BodyMode {
    STREAM,
    WHOLE
  }

  /** The capabilities of a script; each key becomes a property of {@code env}. */
  public record EnvRules(
      @Default("{}") @Doc("Plain values: strings, numbers, booleans, lists, maps.")
          Map<String, Object> vars,
      @Default("{}") @Secret @Doc("Strings that are never shown.") Map<String, String> secrets,
      @Default("[]") @Doc("Upstreams; env.NAME.fetch() sends to them.") List<String> upstreams,
      @Default("{}")
          @Doc(
              "Key-value stores, shared by all workers and by all scripts that name the same store.")
          Map<String, KvRules> kv,
      @Default("{}") @Doc("Ways out to other hosts, by name; env.NAME.fetch() sends.")
          Map<String, EgressRules> egress,
      @Default("{}")
          @Doc(
              "Objects of plugins, by the name that the script uses: a plugin's name for it, or one key with its settings.")
          @Offered(ScriptBinding.class)
          Map<String, ComponentConfig> bindings) {
    static final EnvRules NONE =
        new EnvRules(Map.of(), Map.of(), List.of(), Map.of(), Map.of(), Map.of());
  }

  /** One key-value store. */
  public record KvRules(
      @Nullable @Shorthand @Doc("Name of the store; the binding's own name when absent.")
          String store,
      @Default("10000")
          @Range("1..10000000")
          @Doc("Entries kept; the least recently used leave first.")
          int maxEntries,
      @Default("64KiB") @Bytes @Range("1B..16MiB") @Doc("Largest value.") int maxValue,
      @Nullable @Doc("Keep the entries in this folder over restarts.") String persist) {}

  /** One way out. */
  public record EgressRules(
      @Shorthand
          @Doc("Host names that may be asked; *.example.com stands for its subdomains, * for all.")
          List<String> hosts,
      @Default("false")
          @Doc("Whether addresses of this machine and of private networks may be asked.")
          boolean internal) {}

  /** Budgets, with the defaults that protect a worker. */
  public record LimitRules(
      @Default("10ms")
          @Range("1ms..10s")
          @Doc("CPU time of one turn: from a call or wake-up until it waits or returns.")
          Duration cpuPerTurn,
      @Default("50ms") @Range("1ms..60s") @Doc("CPU time of all turns of a request.")
          Duration cpuPerRequest,
      @Default("500ms")
          @Range("0ms..10s")
          @Doc(
              "Added to both for code that runs for the first time, as long as the context's credit of ten seconds lasts.")
          Duration cpuWhileCold,
      @Default("30s") @Range("1ms..1h") @Doc("How long one phase may wait for promises.")
          Duration wall,
      @Default("64MiB")
          @Bytes
          @Range("64KiB..4GiB")
          @Doc("Bytes allocated by all turns of a request.")
          long allocation,
      @Default("32") @Range("0..10000") @Doc("fetch() calls of a request.") int subrequests,
      @Default("16MiB") @Bytes @Range("1KiB..4GiB") @Doc("Largest answer body made by the script.")
          long response,
      @Default("1000") @Range("0..100000") @Doc("Timers that wait at a time, per worker.")
          int timers,
      @Default("64KiB")
          @Bytes
          @Range("0B..16MiB")
          @Doc("console output of a request; more is dropped and counted.")
          int log,
      @Default("30s")
          @Range("0ms..10m")
          @Doc("How long waitUntil() keeps work alive after the answer.")
          Duration waitUntil,
      @Default("2s") @Range("10ms..60s") @Doc("CPU time of evaluating the module.")
          Duration startup) {

    LimitRules unhurried(Duration wall, Duration waitUntil) {
      Duration minute = Duration.ofMinutes(1);
      return new LimitRules(
          minute,
          minute,
          minute,
          wall,
          1L << 30,
          subrequests,
          response,
          timers,
          log,
          waitUntil,
          minute);
    }

    static LimitRules defaults() {
      return new LimitRules(
          Duration.ofMillis(10),
          Duration.ofMillis(50),
          Duration.ofMillis(500),
          Duration.ofSeconds(30),
          64L << 20,
          32,
          16L << 20,
          1000,
          64 << 10,
          Duration.ofSeconds(30),
          Duration.ofSeconds(2));
    }
  }

  /** A script with nothing but defaults, not warmed up. */
  static ScriptRules of(String file) {
    return new ScriptRules(
        file,
        OnError.CLOSED,
        EnvRules.NONE,
        LimitRules.defaults(),
        BodyMode.STREAM,
        1 << 20,
        Duration.ZERO,
        null,
        false);
  }

  /** A script of our own, which may take its time. */
  static ScriptRules unhurried(String file) {
    LimitRules d = LimitRules.defaults();
    return new ScriptRules(
        file,
        OnError.CLOSED,
        EnvRules.NONE,
        d.unhurried(d.wall(), d.waitUntil()),
        BodyMode.STREAM,
        1 << 20,
        Duration.ZERO,
        null,
        false);
  }

  /** The same for somebody who steps through the script and is told of errors. */
  ScriptRules underInspection() {
    Duration hour = Duration.ofHours(1);
    return new ScriptRules(
        file,
        onError,
        env,
        limits.unhurried(hour, hour),
        body,
        maxBody,
        Duration.ZERO,
        every,
        true);
  }
}
