package dev.penstock.scripting;

import dev.penstock.engine.spi.ConfigException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.graalvm.polyglot.Engine;
import org.jspecify.annotations.Nullable;

/**
 * The Chrome DevTools inspector of an engine of its own: engines without one run as fast as ever.
 * Listens on loopback only, behind a path that cannot be guessed, for it can do all that a script
 * can.
 */
final class Inspector {
  private static final Pattern LISTENING = Pattern.compile("ws://\\S+");

  private final int port;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private @Nullable String address;

  /**
   * @param port 0 lets the system choose
   */
  Inspector(int port) {
    this.port = port;
  }

  /** An engine that can be inspected from now on. */
  Engine open() {
    byte[] token = new byte[16];
    new SecureRandom().nextBytes(token);
    Engine engine;
    try {
      engine =
          Engine.newBuilder("js")
              .allowExperimentalOptions(true)
              .option("engine.WarnInterpreterOnly", "false")
              .option("inspect", Integer.toString(port)) // on loopback, as always
              .option("inspect.Path", HexFormat.of().formatHex(token))
              .option("inspect.Suspend", "false")
              .out(said)
              .err(said)
              .build();
    } catch (IllegalArgumentException notThere) {
      throw new ConfigException(
          "the inspector is not on the class path: add the jar org.graalvm.tools:chromeinspector-tool ("
              + notThere.getMessage()
              + ")");
    }
    String text = said.toString(StandardCharsets.UTF_8);
    Matcher found = LISTENING.matcher(text);
    if (!found.find()) {
      engine.close();
      throw new ConfigException(
          "the inspector does not listen on port " + port + ": " + text.strip());
    }
    address = found.group();
    return engine;
  }

  /** The WebSocket that speaks the DevTools protocol; after {@link #open}. */
  String webSocket() {
    String known = address;
    if (known == null) throw new IllegalStateException("it was not opened");
    return known;
  }

  /** What to open in Chrome. */
  String devTools() {
    return "devtools://devtools/bundled/js_app.html?ws=" + webSocket().substring("ws://".length());
  }
}
