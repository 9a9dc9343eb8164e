package dev.penstock.engine.control;

import dev.penstock.engine.plan.SplitKey;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Percent;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.Config.Shorthand;
import org.jspecify.annotations.Nullable;

/** One entry under {@code scripts:}: a script that routes use by its name. */
@Doc("A script with a name: a file beside the configuration, or a version that was deployed.")
public record ScriptConfig(
    @Doc("The module, or a folder of modules, beside the configuration.") @Shorthand
        @Nullable String file,
    @Doc("The version that runs, of those deployed over the admin API: 16 hexadecimal digits.")
        @Nullable String version,
    @Doc("A second version that takes a share of the requests.") @Nullable Canary canary) {

  public ScriptConfig {
    if ((file == null) == (version == null))
      throw new IllegalArgumentException("exactly one of file and version says what runs");
    if (version != null && !version.matches("[0-9a-f]{16}"))
      throw new IllegalArgumentException("version is 16 hexadecimal digits");
  }

  /** A version on trial. */
  @Doc("A version that takes a share of the requests beside the one in force.")
  public record Canary(
      @Doc("The version: 16 hexadecimal digits.") String version,
      @Doc("Its share of the requests.") @Percent @Range("0%..100%") double weight,
      @Doc(
              "What ties a client to its version: client-ip, header:NAME, cookie:NAME, query:NAME; or random.")
          @Default("client-ip")
          String key,
      @Doc("When it is taken back by itself.") @Default("{}") RollBack rollBack) {
    public Canary {
      if (!version.matches("[0-9a-f]{16}"))
        throw new IllegalArgumentException("version is 16 hexadecimal digits");
      SplitKey.parse(key);
    }
  }

  /** When a canary is taken back. */
  @Doc("Takes a canary back by itself when it does worse than the version in force.")
  public record RollBack(
      @Doc("Whether it is.") @Default("true") @Shorthand boolean enabled,
      @Doc("So much larger may its share of failed requests be.")
          @Default("5%")
          @Percent
          @Range("0%..100%")
          double errors,
      @Doc("So many times as long may its 99th percentile be.") @Default("2") @Range("1..1000")
          double p99Factor,
      @Doc("So many requests it must have had before it is judged.")
          @Default("100")
          @Range("1..1000000000")
          int minRequests) {}
}
