package dev.penstock.perf.load;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The gateway under load, started by its own launcher with the flags that it ships, in a folder of
 * its own.
 */
final class GatewayProcess implements AutoCloseable {
  private static final Pattern ADDRESS = Pattern.compile("http://([0-9.]+:\\d+)");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final String address;

  private GatewayProcess(Process process, String address) {
    this.process = process;
    this.address = address;
  }

  /**
   * Writes {@code gateway.yaml} into {@code folder} and waits until the gateway answers.
   *
   * @param home where the distribution lies: {@code bin/penstock} beside {@code lib}
   * @throws IllegalStateException when it ends or stays silent; says what it wrote
   */
  static GatewayProcess start(Path home, Path folder, String config, String extraClasses)
      throws IOException, InterruptedException {
    Files.writeString(folder.resolve("gateway.yaml"), config);
    Path output = folder.resolve("gateway.log");
    ProcessBuilder builder =
        new ProcessBuilder(List.of(home + "/bin/penstock", "run", "--watch", "gateway.yaml"))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    // The last -cp wins: the filter that the plugin suite uses comes from this room.
    builder.environment().put("PENSTOCK_JAVA_OPTS", "-cp " + extraClasses + ":" + home + "/lib/*");
    builder.environment().put("PENSTOCK_CACHE", "off");
    Process process = builder.start();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (process.isAlive() && System.nanoTime() < deadline) {
      Matcher found = ADDRESS.matcher(Files.readString(output));
      if (found.find() && isOpen(found.group(1)))
        return new GatewayProcess(process, found.group(1));
      process.waitFor(50, TimeUnit.MILLISECONDS);
    }
    process.destroy();
    throw new IllegalStateException("the gateway did not start:\n" + Files.readString(output));
  }

  private static boolean isOpen(String address) {
    URI uri = URI.create("http://" + address);
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Host and port of its first listener. */
  String address() {
    return address;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
