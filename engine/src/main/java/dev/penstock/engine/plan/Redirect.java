package dev.penstock.engine.plan;

import dev.penstock.engine.plan.Template.Part;

/** {@link RedirectRules} of one route, compiled. Immutable. */
public final class Redirect {
  private final int status;
  private final Template to;
  private final boolean isPath;

  private Redirect(int status, Template to) {
    this.status = status;
    this.to = to;
    Part first = to.parts().getFirst();
    isPath =
        first == Part.Variable.PATH
            || first == Part.Variable.URI
            || (first instanceof Part.Literal literal && literal.text().startsWith("/"));
  }

  /**
   * Compiles the rules of the route that {@code match} belongs to.
   *
   * @throws dev.penstock.engine.spi.ConfigException when they name a parameter that not all paths
   *     of the route have
   */
  public static Redirect compile(RedirectRules rules, RouteMatch match) {
    return new Redirect(rules.status(), Template.ofUri(rules.to(), match.parameters()));
  }

  public int status() {
    return status;
  }

  /**
   * The value for Location; never leads to a host that the configuration does not name or the
   * client did not ask.
   */
  public String location(Variables variables) {
    String location = to.render(variables);
    if (!isPath) return location;
    // "//evil.example" is an address of another host. Such a path is possible where a listener
    // keeps double slashes.
    int slashes = 0;
    while (slashes < location.length() && location.charAt(slashes) == '/') slashes++;
    return slashes == 1 ? location : "/" + location.substring(slashes);
  }
}
