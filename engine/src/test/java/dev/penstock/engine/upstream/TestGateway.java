package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.BalancerFactory;
import dev.penstock.engine.spi.BalancerFactory.BalancerTemplate;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** Upstreams with as many workers as a test wants, moved by its clock. */
public final class TestGateway {
  public final TestLoop loop = new TestLoop();
  final Map<String, NameResolver.Answer> names = new HashMap<>();
  final List<String> asked = new ArrayList<>();
  final List<TestWorker> workers = new ArrayList<>();
  public final Upstreams upstreams;

  public TestGateway() {
    this(1);
  }

  TestGateway(int workers) {
    for (int i = 0; i < workers; i++) this.workers.add(new TestWorker(i, loop));
    upstreams = new Upstreams(loop, (host, family) -> answer(host), workers, new byte[16]);
  }

  private CompletableFuture<NameResolver.Answer> answer(String host) {
    asked.add(host);
    NameResolver.Answer answer = names.get(host);
    return answer == null
        ? CompletableFuture.failedFuture(new IOException("SERVFAIL"))
        : CompletableFuture.completedFuture(answer);
  }

  void name(String host, Duration ttl, String... addresses) {
    names.put(
        host,
        new NameResolver.Answer(
            Arrays.stream(addresses).map(InetAddress::ofLiteral).toList(), ttl));
  }

  /** Prepares and adopts an upstream named {@code u}. */
  public Upstream serve(UpstreamRules rules) {
    Upstream upstream = upstreams.prepare("u", rules, template(rules));
    upstreams.adopt(List.of(upstream));
    loop.run();
    return upstream;
  }

  UpstreamWorker worker(Upstream upstream, int index) {
    return new UpstreamWorker(upstream, workers.get(index), new SplittableRandom(7));
  }

  UpstreamWorker worker(Upstream upstream) {
    return worker(upstream, 0);
  }

  /**
   * The template that a configuration would get; settings are those of the record's defaults, or
   * the record itself.
   */
  static BalancerTemplate template(UpstreamRules rules) {
    BalancerRules wanted = rules.balancerRules();
    for (BalancerFactory<?> factory : DefaultBalancers.all(42)) {
      if (factory.name().equals(wanted.name())) return prepare(factory, wanted.settings());
    }
    throw new AssertionError("no balancer " + wanted.name());
  }

  private static <C extends Record> BalancerTemplate prepare(
      BalancerFactory<C> factory, Object settings) {
    Object config =
        settings instanceof Record
            ? settings
            : switch (factory.name()) {
              case "ip-hash" -> new DefaultBalancers.IpHash(DefaultBalancers.IpHash.Prefix.FULL);
              case "consistent-hash" -> new DefaultBalancers.ConsistentHash("client-ip", 1.25);
              case "maglev" -> new DefaultBalancers.Maglev("client-ip", 1.25);
              default -> new DefaultBalancers.NoSettings();
            };
    return factory.prepare(factory.configType().cast(config), new NoScope());
  }

  /** Endpoints a, b, c … at 127.0.0.1 with these weights. */
  static List<EndpointRules> endpoints(int... weights) {
    List<EndpointRules> endpoints = new ArrayList<>();
    for (int i = 0; i < weights.length; i++) {
      String name = weights.length <= 26 ? String.valueOf((char) ('a' + i)) : "e" + i;
      endpoints.add(new EndpointRules("127.0.0.1:" + (9001 + i), weights[i], false, name));
    }
    return endpoints;
  }

  static List<EndpointRules> even(int count) {
    int[] weights = new int[count];
    Arrays.fill(weights, 1);
    return endpoints(weights);
  }

  /** Rules for these endpoints, changed by {@code change}. */
  static UpstreamRules rules(List<EndpointRules> endpoints, UnaryOperator<RulesChange> change) {
    return change.apply(new RulesChange(UpstreamRules.of(endpoints))).rules;
  }

  static UpstreamRules rules(List<EndpointRules> endpoints) {
    return UpstreamRules.of(endpoints);
  }

  /** Rules, one part after another replaced. */
  record RulesChange(UpstreamRules rules) {
    RulesChange balancer(Object balancer) {
      return with(balancer, rules.healthCheck(), rules.outlier(), rules.retry(), rules.limits());
    }

    RulesChange healthCheck(HealthCheckRules check) {
      return with(rules.balancer(), check, rules.outlier(), rules.retry(), rules.limits());
    }

    RulesChange outlier(OutlierRules outlier) {
      return with(rules.balancer(), rules.healthCheck(), outlier, rules.retry(), rules.limits());
    }

    RulesChange retry(RetryRules retry) {
      return with(rules.balancer(), rules.healthCheck(), rules.outlier(), retry, rules.limits());
    }

    RulesChange limits(LimitRules limits) {
      return with(rules.balancer(), rules.healthCheck(), rules.outlier(), rules.retry(), limits);
    }

    RulesChange slowStart(Duration slowStart) {
      return rest(slowStart, rules.panicThreshold(), rules.sticky(), rules.discovery());
    }

    RulesChange panicThreshold(double share) {
      return rest(rules.slowStart(), share, rules.sticky(), rules.discovery());
    }

    RulesChange sticky(StickyRules sticky) {
      return rest(rules.slowStart(), rules.panicThreshold(), sticky, rules.discovery());
    }

    RulesChange discovery(DiscoveryRules discovery) {
      return rest(rules.slowStart(), rules.panicThreshold(), rules.sticky(), discovery);
    }

    private RulesChange with(
        Object balancer,
        HealthCheckRules check,
        OutlierRules outlier,
        RetryRules retry,
        LimitRules limits) {
      UpstreamRules r = rules;
      return new RulesChange(
          new UpstreamRules(
              balancer,
              r.endpoints(),
              check,
              outlier,
              retry,
              r.timeouts(),
              limits,
              r.pool(),
              r.discovery(),
              r.slowStart(),
              r.panicThreshold(),
              r.sticky(),
              r.host(),
              r.sendProxyProtocol(),
              r.protocol(),
              r.tls()));
    }

    private RulesChange rest(
        Duration slowStart, double panic, StickyRules sticky, DiscoveryRules discovery) {
      UpstreamRules r = rules;
      return new RulesChange(
          new UpstreamRules(
              r.balancer(),
              r.endpoints(),
              r.healthCheck(),
              r.outlier(),
              r.retry(),
              r.timeouts(),
              r.limits(),
              r.pool(),
              discovery,
              slowStart,
              panic,
              sticky,
              r.host(),
              r.sendProxyProtocol(),
              r.protocol(),
              r.tls()));
    }
  }
}
