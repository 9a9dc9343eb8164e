package com.example.shard;

import dev.penstock.engine.spi.Balancer;
import dev.penstock.engine.spi.BalancerFactory;
import dev.penstock.engine.spi.Config;
import dev.penstock.engine.spi.Endpoint;
import dev.penstock.engine.spi.EndpointSet;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.PrepareScope;

/** {@code balancer: { shard: { header: X-Shard } }}: the field's number says which endpoint. */
public final class ShardBalancer implements Extension {
  public record Settings(
      @Config.Doc("The field that holds the number of the shard, from 0.")
          @Config.Default("X-Shard")
          String header) {}

  @Override
  public String name() {
    return "shard-balancer";
  }

  @Override
  public void register(Registry registry) {
    registry.balancer(new Factory());
  }

  private static final class Factory implements BalancerFactory<Settings> {
    @Override
    public String name() {
      return "shard";
    }

    @Override
    public Class<Settings> configType() {
      return Settings.class;
    }

    @Override
    public BalancerTemplate prepare(Settings settings, PrepareScope scope) {
      return new Template(settings.header());
    }
  }

  private record Template(String header) implements BalancerFactory.BalancerTemplate {
    @Override
    public Balancer create(FilterScope scope) {
      return (exchange, endpoints) -> choose(exchange, endpoints, header);
    }
  }

  /** The shard's own endpoint, or the next that may serve: a retry finds the first one used up. */
  private static Endpoint choose(Exchange exchange, EndpointSet endpoints, String header) {
    int first = shard(exchange.request().headers().get(header));
    for (int i = 0; i < endpoints.size(); i++) {
      int at = Math.floorMod(first + i, endpoints.size());
      if (endpoints.isUsable(at)) return endpoints.get(at);
    }
    return null;
  }

  private static int shard(String text) {
    if (text == null || text.isEmpty() || text.length() > 6) return 0;
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      if (!Character.isDigit(text.charAt(i))) return 0;
      number = number * 10 + Character.digit(text.charAt(i), 10);
    }
    return number;
  }
}
