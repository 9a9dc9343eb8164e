package dev.penstock.perf.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The same open load twice: on a gateway that is left alone, and on one whose script is replaced
 * each second.
 */
public final class ReloadSimulation extends GatewaySimulation {
  private final ScheduledExecutorService deployer = Executors.newSingleThreadScheduledExecutor();
  private final Path script = Settings.folder().resolve("rewrite.js");
  private int version;

  public ReloadSimulation() {
    run(
        closed("warm-up", Requests.scripted("warm-up")),
        open("steady", Requests.scripted("steady")),
        open("deploying", Requests.scripted("deploying")));
  }

  @Override
  public void before() {
    long untilDeploying = 2L * Settings.seconds() + 1;
    var unused = deployer.scheduleAtFixedRate(this::deploy, untilDeploying, 1, TimeUnit.SECONDS);
  }

  private void deploy() {
    try {
      String source = Files.readString(script).replaceFirst("\n// version \\d+\n$", "");
      Path next = script.resolveSibling("rewrite.js.next");
      Files.writeString(next, source + "\n// version " + ++version + "\n");
      Files.move(next, script, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void after() {
    super.after();
    deployer.shutdownNow();
    if (version == 0) throw new IllegalStateException("nothing was deployed");
  }
}
