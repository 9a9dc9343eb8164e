package dev.penstock.perf.filters;

import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.Verdict;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What a built-in filter costs an exchange that it lets through: all its phases but those of
 * bodies. {@code none} is what making the exchange itself costs; subtract it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FilterBench {
  @Param({
    "none",
    "addresses: { deny: [ 198.51.100.0/24, 203.0.113.0/24, \"2001:db8::/32\" ] }",
    "user-agents: { kinds: [ scanners, ai-crawlers, http-libraries, seo-crawlers ] }",
    "cors: { origins: [ \"https://app.example\" ], methods: [ PUT ] }",
    "csrf: {}",
    "security-headers: {}",
    "security-headers: { csp: \"script-src 'nonce-{nonce}'\" }",
    "rewrite: { request-headers: { set: { x-client: \"{client-ip}\" } }, response-headers: { remove: x-a } }",
    "rewrite: { query: { remove: utm_* } }",
    "rewrite: { path: { strip-prefix: /svc } }",
    "cookies: { path: { /: /app }, rename: { sid: app_sid } }",
    "map-back: { hosts: app.internal, paths: { /: /app } }",
    "canary: { upstream: up, percent: 10%, key: x-api-key }",
    "maintenance: { headers: { x-api-key: key-7 } }",
    "response-limit: { max-body: 1MiB }",
    "adaptive-concurrency: { initial-limit: 1000 }",
    "api-key: { keys: { seven: 78ed7d2bf2a8c4af4a3d3652a89fe8b9f46addb8bc8e7cb69106a6467900f5e6 } }",
    "access-rules: { rules: [ { then: deny, paths: [ /admin ] }, { methods: [ GET ], paths: [ /svc ] } ] }",
    "rate-limit: { requests: 10000000, per: 1s, tell: none }",
    "rate-limit: { requests: 10000000, per: 1s }",
    "rate-limit: { requests: 10000000, per: 1s, algorithm: sliding-window, tell: none }",
    "concurrency-limit: 1000",
    "request-size: { max-target: 8KiB, max-parameters: 100 }",
    "quota: { amount: 1TiB, window: 30d, key: \"header:x-api-key\", tell: false }"
  })
  public String filter = "none";

  private final BenchExchange exchange = new BenchExchange();
  private Filter made = new Filter() {};

  @Setup
  public void make() {
    if (!filter.equals("none")) made = BenchFilters.make(filter);
  }

  @Benchmark
  public Verdict pass() {
    exchange.begin();
    Verdict first = made.onRequest(exchange);
    exchange.answer();
    made.onUpstreamResponse(exchange);
    made.onResponse(exchange);
    made.onLog(exchange);
    exchange.response().headers().remove(HeaderName.VIA);
    return first;
  }
}
