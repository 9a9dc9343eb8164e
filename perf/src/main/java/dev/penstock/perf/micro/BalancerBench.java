package dev.penstock.perf.micro;

import dev.penstock.engine.spi.Balancer;
import dev.penstock.engine.spi.BalancerFactory;
import dev.penstock.engine.spi.Endpoint;
import dev.penstock.engine.spi.EndpointSet;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.upstream.DefaultBalancers;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Choosing one of many endpoints. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BalancerBench {
  private static final Exchange EXCHANGE = absent(Exchange.class);

  @Param({"round-robin", "least-requests", "random-two"})
  public String name = "round-robin";

  @Param({"3", "100"})
  public int endpoints = 3;

  private @Nullable Balancer balancer;
  private Members members = new Members(0);

  @Setup
  public void prepare() throws ReflectiveOperationException {
    members = new Members(endpoints);
    for (BalancerFactory<?> factory : DefaultBalancers.all(42))
      if (factory.name().equals(name)) balancer = of(factory);
  }

  private static <C extends Record> Balancer of(BalancerFactory<C> factory)
      throws ReflectiveOperationException {
    C settings = factory.configType().getDeclaredConstructor().newInstance();
    return factory.prepare(settings, absent(PrepareScope.class)).create(absent(FilterScope.class));
  }

  /** Nothing of it counts here but that it is worker 0. */
  private static <T> T absent(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                method.getReturnType().isInterface() ? absent(method.getReturnType()) : 0));
  }

  @Benchmark
  public @Nullable Endpoint choose() {
    return Objects.requireNonNull(balancer).choose(EXCHANGE, members);
  }

  /** All usable, each with one request on its way. */
  private static final class Members implements EndpointSet {
    private final Endpoint[] all;

    Members(int count) {
      all = IntStream.range(0, count).mapToObj(Member::new).toArray(Endpoint[]::new);
    }

    @Override
    public long version() {
      return 1;
    }

    @Override
    public int size() {
      return all.length;
    }

    @Override
    public Endpoint get(int index) {
      return all[index];
    }

    @Override
    public boolean isUsable(int index) {
      return true;
    }
  }

  private record Member(String name, int weight, int inFlight) implements Endpoint {
    Member(int number) {
      this("10.0.0." + number + ":80", 1, 1);
    }

    @Override
    public double effectiveWeight() {
      return weight;
    }

    @Override
    public long latencyNs() {
      return 1_000_000;
    }

    @Override
    public boolean isHealthy() {
      return true;
    }

    @Override
    public boolean isBackup() {
      return false;
    }
  }
}
