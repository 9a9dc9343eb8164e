package dev.penstock.scripting.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.graalvm.polyglot.Source;

/**
 * The JavaScript files of the Web APIs. One {@link Source} each for the whole process, so an engine
 * parses it once.
 */
final class WebSources {
  private static final String FOLDER = "/dev/penstock/scripting/webapi/";
  private static final Map<String, Source> SOURCES = new ConcurrentHashMap<>();

  private WebSources() {}

  static Source get(String file) {
    return SOURCES.computeIfAbsent(file, WebSources::read);
  }

  private static Source read(String file) {
    try (InputStream in = WebSources.class.getResourceAsStream(FOLDER + file + ".js")) {
      if (in == null) throw new IllegalArgumentException("there is no " + FOLDER + file + ".js");
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Source.newBuilder("js", text, "penstock:" + file)
          .internal(true)
          .cached(true)
          .buildLiteral();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
