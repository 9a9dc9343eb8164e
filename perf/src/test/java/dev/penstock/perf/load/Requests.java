package dev.penstock.perf.load;

import static io.gatling.javaapi.core.CoreDsl.bodyLength;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.http.HttpDsl.header;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;

/** The requests that several suites make; each checks that the gateway did what its route says. */
final class Requests {
  private static final String BROWSER =
      "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

  private Requests() {}

  /** A route that only passes on. */
  static ChainBuilder plain(String name) {
    return Stopwatch.timed(
        name,
        exec(http(name).get("/plain/users/42").check(status().is(200), bodyLength().is(1024))));
  }

  /** The rewrite of {@code compare/handlers/rewrite.js}. */
  static ChainBuilder scripted(String name) {
    return rewritten(name, "/script/v1/users/42?x=1");
  }

  /** The same as a Java filter. */
  static ChainBuilder filtered(String name) {
    return rewritten(name, "/filter/v1/users/42?x=1");
  }

  private static ChainBuilder rewritten(String name, String path) {
    return Stopwatch.timed(
        name,
        exec(
            http(name)
                .get(path)
                .header("User-Agent", BROWSER)
                .header("X-Api-Key", "key-7")
                .check(status().is(200), header("X-Script").is("done-42"), bodyLength().is(1024))));
  }
}
