package dev.penstock.perf;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.Verdict;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code compare/handlers/rewrite.js} does, in Java: so that both can be compared with a route
 * without either.
 */
final class RewriteFilterFactory implements FilterFactory<RewriteFilterFactory.NoSettings> {
  /** It has nothing to be told. */
  public record NoSettings() {}

  @Override
  public String name() {
    return "compare-rewrite";
  }

  @Override
  public Class<NoSettings> configType() {
    return NoSettings.class;
  }

  @Override
  public FilterTemplate prepare(NoSettings config, PrepareScope scope) {
    return new Template();
  }

  private static final class Template implements FilterTemplate {
    @Override
    public Set<Phase> phases() {
      return EnumSet.of(Phase.ON_REQUEST, Phase.ON_RESPONSE);
    }

    @Override
    public Filter create(FilterScope scope) {
      return new Rewrite();
    }
  }

  /** From {@code /api/v1/users/42} to {@code /1k/users/42}, with fields for both sides. */
  static final class Rewrite implements Filter {
    private static final Exchange.Attribute<String> ID = new Exchange.Attribute<>("user id");

    @Override
    public Verdict onRequest(Exchange exchange) {
      RequestHead request = exchange.request();
      String path = request.path();
      int kindAt = after(path, after(path, 1));
      int idAt = after(path, kindAt);
      String id = path.substring(idAt);
      HeaderMap headers = request.headers();
      headers.set("x-user-id", id);
      headers.set(
          "x-client",
          text(headers.get("user-agent")).toUpperCase(Locale.ROOT)
              + ';'
              + text(headers.get("x-api-key")));
      request.path("/1k/" + path.substring(kindAt));
      exchange.attribute(ID, id);
      return Verdict.NEXT;
    }

    @Override
    public Verdict onResponse(Exchange exchange) {
      String id = exchange.attribute(ID);
      if (id != null) exchange.response().headers().set("x-script", "done-" + id);
      return Verdict.NEXT;
    }

    /** The place behind the next slash, or the end. */
    private static int after(String path, int from) {
      int slash = path.indexOf('/', from);
      return slash < 0 ? path.length() : slash + 1;
    }

    private static String text(@Nullable String value) {
      return value == null ? "" : value;
    }
  }
}
