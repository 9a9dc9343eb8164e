package dev.penstock.admin;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.control.AdminRole;
import dev.penstock.engine.control.JsonSchema;
import dev.penstock.engine.control.Registries;
import dev.penstock.engine.spi.BalancerFactory;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.spi.FilterFactory;
import java.util.ArrayList;
import java.util.List;

/** {@code /filters}, {@code /balancers}, {@code /extensions}: what a configuration may name. */
final class OfferResource {
  private final Gateway gateway;

  OfferResource(Gateway gateway) {
    this.gateway = gateway;
  }

  List<Operation> operations() {
    return List.of(
        Operation.get(
                "/api/v1/filters",
                AdminRole.VIEWER,
                "Filters that a route may name",
                call -> Page.of(call, List.copyOf(gateway.registries().filters()), this::shown))
            .paged(),
        Operation.get("/api/v1/filters/{name}", AdminRole.VIEWER, "One filter", this::filter),
        Operation.get(
                "/api/v1/balancers",
                AdminRole.VIEWER,
                "Balancers that an upstream may name",
                call -> Page.of(call, List.copyOf(gateway.registries().balancers()), this::shown))
            .paged(),
        Operation.get("/api/v1/extensions", AdminRole.VIEWER, "What is loaded", this::extensions));
  }

  private Fields shown(FilterFactory<?> of) {
    return Fields.of(
        "name", of.name(), "schema", JsonSchema.of(of.configType(), gateway.registries()));
  }

  private Fields shown(BalancerFactory<?> of) {
    return Fields.of(
        "name", of.name(), "schema", JsonSchema.of(of.configType(), gateway.registries()));
  }

  private Answer filter(Call call) {
    FilterFactory<?> found = gateway.registries().findFilter(call.path("name"));
    if (found == null) throw Problem.notFound("there is no filter \"" + call.path("name") + "\"");
    return Answer.json(shown(found));
  }

  private Answer extensions(Call call) {
    List<Fields> all = new ArrayList<>();
    for (Extension each : gateway.extensions()) {
      Registries own = Registries.of(List.of(each));
      all.add(
          Fields.of(
              "name", each.name(),
              "filters", own.filters().stream().map(FilterFactory::name).toList(),
              "balancers", own.balancers().stream().map(BalancerFactory::name).toList(),
              "details", each.details()));
    }
    return Page.of(call, all, each -> each);
  }
}
