package dev.penstock.perf.filters;

import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a script costs an exchange when its code is compiled; {@code none} is what making the
 * exchange itself costs. Each step stands for one kind of work at the door between Java and
 * JavaScript.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 30, time = 2)
public class ScriptBench {
  /** By the names of their parameter. */
  private static String source(String script) {
    return switch (script) {
      case "nothing" -> "export function onRequest() {}";
      case "request" -> "export function onRequest({ request }) { if (request === null) throw 1; }";
      case "path" ->
          "export function onRequest({ request }) { if (request.path === '/') throw 1; }";
      case "get" ->
          "export function onRequest({ request }) { if (request.headers.get('x-api-key') === '') throw 1; }";
      case "set" -> "export function onRequest({ request }) { request.headers.set('x-a', 'b'); }";
      case "response" ->
          "export function onResponse({ response }) { response.headers.set('x-a', 'b'); }";
      case "rewrite" ->
          """
          export function onRequest({ request }) {
            const [, , kind, id] = request.path.split('/');
            const headers = request.headers;
            headers.set('x-user-id', id);
            headers.set('x-client', `${(headers.get('user-agent') ?? '').toUpperCase()};${headers.get('x-api-key') ?? ''}`);
            request.path = `/1k/${kind}/${id}`;
          }
          export function onResponse({ request, response }) {
            response.headers.set('x-script', `done-${request.headers.get('x-user-id')}`);
          }
          """;
      default -> throw new IllegalArgumentException(script);
    };
  }

  @Param({"none", "nothing", "request", "path", "get", "set", "response", "rewrite"})
  public String script = "none";

  private final BenchExchange exchange = new BenchExchange();
  private final BenchWorker worker = new BenchWorker();
  private Filter made = new Filter() {};

  @Setup
  public void make() throws IOException {
    if (script.equals("none")) return;
    Path folder = Files.createTempDirectory("script-bench");
    Files.writeString(folder.resolve("a.js"), source(script));
    made = BenchFilters.make("script: a.js", folder, worker);
    worker.drain();
  }

  @TearDown
  public void close() {
    made.close();
  }

  @Benchmark
  public Verdict pass() {
    exchange.begin();
    Verdict first = made.onRequest(exchange);
    exchange.answer();
    made.onResponse(exchange);
    made.onLog(exchange);
    exchange.response().headers().remove(HeaderName.VIA);
    return first;
  }
}
