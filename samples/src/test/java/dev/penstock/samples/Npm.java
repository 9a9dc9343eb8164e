package dev.penstock.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Packages from npm for tests, at pinned versions, in a folder below {@code target}. Not committed;
 * where npm or its registry are missing, the test is skipped and says so.
 */
final class Npm {
  private static final int SECONDS = 90;

  private Npm() {}

  /** What a program said, and how it ended. */
  record Ran(int exit, String output) {}

  /**
   * Installs {@code packages}, {@code name@version}.
   *
   * @return the folder that holds {@code node_modules}
   */
  static Path install(String... packages) {
    Path folder = Path.of("target", "npm", String.join("+", packages).replace('/', '-'));
    if (Files.exists(folder.resolve(".complete"))) return folder;
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("package.json"), "{ \"private\": true }");
      List<String> command =
          new ArrayList<>(List.of("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"));
      command.addAll(List.of(packages));
      Ran ran = run(folder, command);
      if (ran.exit() != 0) return skipped("npm install failed: " + ran.output());
      Files.createFile(folder.resolve(".complete"));
      return folder;
    } catch (IOException e) {
      return skipped("npm cannot be started: " + e.getMessage());
    }
  }

  private static Path skipped(String why) {
    String text = "SKIPPED, packages from npm are needed: " + why;
    org.apache.logging.log4j.LogManager.getLogger(Npm.class).warn(text);
    abort(text);
    throw new AssertionError(text);
  }

  /**
   * Runs a program to its end; what it prints must be little enough for a pipe or is read along.
   */
  static Ran run(Path folder, List<String> command) throws IOException {
    Path said = Files.createTempFile("npm", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return new Ran(-1, "not over within " + SECONDS + " s: " + Files.readString(said));
      }
      return new Ran(process.exitValue(), Files.readString(said, StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } finally {
      Files.deleteIfExists(said);
    }
  }

  /** The version of {@code name} that a package.json pins. */
  static String pinned(Path folder, String name) throws IOException {
    String text = Files.readString(folder.resolve("package.json"));
    String mark = "\"" + name + "\": \"";
    assertThat(text).contains(mark);
    int from = text.indexOf(mark) + mark.length();
    return name + "@" + text.substring(from, text.indexOf('"', from));
  }
}
