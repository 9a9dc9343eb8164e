package dev.penstock.perf.load;

import java.nio.file.Path;

/** What {@link Bench} tells a suite, by system properties, since each runs in a JVM of its own. */
final class Settings {
  private Settings() {}

  /** Host and port of the gateway. */
  static String gateway() {
    return required("bench.gateway");
  }

  /** The folder that the gateway watches: a suite may replace its scripts. */
  static Path folder() {
    return Path.of(required("bench.folder"));
  }

  /** Where the times of what it names go. */
  static Path times() {
    return Path.of(required("bench.times"));
  }

  /** How long each part of a suite lasts. */
  static int seconds() {
    return Integer.parseInt(required("bench.seconds"));
  }

  /** Concurrent users of the closed model. */
  static int users() {
    return Integer.parseInt(required("bench.users"));
  }

  /** New requests each second of the open model. */
  static int rate() {
    return Integer.parseInt(required("bench.rate"));
  }

  private static String required(String name) {
    String value = System.getProperty(name);
    if (value == null)
      throw new IllegalStateException(name + " is not set; start suites with ./penstock bench");
    return value;
  }
}
