package com.example.hellofilter;

import dev.penstock.engine.spi.Config;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.Verdict;

/** Offers the filter {@code hello-filter}, which greets in every response. */
public final class HelloFilter implements Extension {
  public record Settings(@Config.Doc("What is said.") @Config.Default("hello") String greeting) {}

  @Override
  public String name() {
    return "hello-filter";
  }

  @Override
  public void register(Registry registry) {
    registry.filter(
        FilterFactory.of("hello-filter", Settings.class, (settings, scope) ->
            FilterTemplate.inline(worker -> new Greeting(settings.greeting()), Phase.ON_RESPONSE)));
  }

  record Greeting(String text) implements Filter {
    @Override
    public Verdict onResponse(Exchange exchange) {
      exchange.response().headers().set("X-Greeting", text);
      return Verdict.NEXT;
    }
  }
}
