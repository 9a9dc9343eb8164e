package dev.penstock.engine.spi;

import java.util.Set;

/** What an {@link Authenticator} is on a route: a filter that may block. */
final class AuthenticatorFilter<C extends Record> implements FilterFactory<C> {
  private final AuthenticatorFactory<C> factory;

  AuthenticatorFilter(AuthenticatorFactory<C> factory) {
    this.factory = factory;
  }

  @Override
  public String name() {
    return factory.name();
  }

  @Override
  public Class<C> configType() {
    return factory.configType();
  }

  @Override
  public FilterTemplate prepare(C config, PrepareScope scope) {
    return new Template(factory.prepare(config, scope));
  }

  private record Template(Authenticator authenticator) implements FilterTemplate {
    @Override
    public Set<Phase> phases() {
      return Set.of(Phase.ON_REQUEST);
    }

    @Override
    public Execution execution() {
      return Execution.BLOCKING;
    }

    @Override
    public Filter create(FilterScope scope) {
      return new Filter() {
        @Override
        public Verdict onRequest(Exchange exchange) {
          return ask(exchange);
        }
      };
    }

    private Verdict ask(Exchange exchange) {
      // Somebody before has found out.
      if (exchange.identity() != null) return Verdict.NEXT;
      Identity identity = authenticator.identify(exchange);
      if (identity != null) {
        exchange.identity(identity);
        return Verdict.NEXT;
      }
      if (!authenticator.isRequired()) return Verdict.NEXT;
      return Verdict.reject(
          ProxyError.of(ProxyError.Kind.UNAUTHENTICATED, "nobody that can be believed"),
          Response.text(401, "Unauthorized\n")
              .header("WWW-Authenticate", authenticator.challenge()));
    }

    @Override
    public void close() {
      authenticator.close();
    }
  }
}
