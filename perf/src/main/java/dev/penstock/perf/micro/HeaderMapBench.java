package dev.penstock.perf.micro;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What filters do with the fields of a browser's request. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HeaderMapBench {
  private final HeaderMap headers = Heads.request(Heads.BROWSER).headers();
  private final HeaderMap other = new HeaderMap();
  private final byte[] wire = new byte[4096];

  @Benchmark
  public @Nullable String getByKnownName() {
    return headers.get(HeaderName.COOKIE);
  }

  @Benchmark
  public @Nullable String getByText() {
    return headers.get("x-api-key");
  }

  @Benchmark
  public boolean lookForAbsentName() {
    return headers.contains(HeaderName.UPGRADE);
  }

  @Benchmark
  public int setAndRemove() {
    headers.set("x-user-id", "42");
    headers.remove("x-user-id");
    return headers.size();
  }

  @Benchmark
  public int copy() {
    other.clear();
    other.addAll(headers);
    return other.size();
  }

  @Benchmark
  public int write() {
    return headers.writeTo(wire, 0);
  }
}
