package dev.penstock.plugins.rewrite;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.Verdict;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** {@code cookies}. */
final class CookiesFactory implements FilterFactory<CookiesConfig> {
  @Override
  public String name() {
    return "cookies";
  }

  @Override
  public Class<CookiesConfig> configType() {
    return CookiesConfig.class;
  }

  @Override
  public FilterTemplate prepare(CookiesConfig config, PrepareScope scope) {
    return new Template(config);
  }

  private static final class Template implements FilterTemplate, Filter {
    private final SetCookieEdits edits;
    private final Map<String, String> back = new HashMap<>();
    private final Set<String> originals;
    private final Set<String> removed;

    Template(CookiesConfig config) {
      edits = new SetCookieEdits(config);
      config.rename().forEach((from, to) -> back.put(to, from));
      originals = config.rename().keySet();
      removed = Set.copyOf(config.removeFromRequest());
    }

    @Override
    public Set<Phase> phases() {
      return back.isEmpty() && removed.isEmpty()
          ? EnumSet.of(Phase.ON_RESPONSE)
          : EnumSet.of(Phase.ON_REQUEST, Phase.ON_RESPONSE);
    }

    @Override
    public Filter create(FilterScope scope) {
      return this;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
      HeaderMap headers = exchange.request().headers();
      int i = headers.find(HeaderName.COOKIE);
      while (i >= 0) {
        String before = headers.value(i);
        String after = request(before);
        if (after.isEmpty()) {
          headers.removeAt(i);
          i = headers.find(HeaderName.COOKIE, i);
          continue;
        }
        if (!after.equals(before)) headers.replace(i, after);
        i = headers.find(HeaderName.COOKIE, i + 1);
      }
      return Verdict.NEXT;
    }

    private String request(String field) {
      StringBuilder out = new StringBuilder(field.length());
      for (int from = 0; from <= field.length(); ) {
        int next = field.indexOf(';', from);
        int end = next < 0 ? field.length() : next;
        String pair = field.substring(from, end).strip();
        from = end + 1;
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        // A cookie that already has the upstream's name is not ours: it would be taken for the
        // renamed one.
        if (pair.isEmpty() || removed.contains(name) || originals.contains(name)) continue;
        if (!out.isEmpty()) out.append("; ");
        String old = back.get(name);
        if (old == null || equals < 0) out.append(pair);
        else out.append(old).append(pair, equals, pair.length());
      }
      return out.toString();
    }

    @Override
    public Verdict onResponse(Exchange exchange) {
      HeaderMap headers = exchange.response().headers();
      int i = headers.find(HeaderName.SET_COOKIE);
      while (i >= 0) {
        String before = headers.value(i);
        String after = edits.apply(before);
        if (after == null) {
          headers.removeAt(i);
          i = headers.find(HeaderName.SET_COOKIE, i);
          continue;
        }
        if (!after.equals(before)) headers.replace(i, after);
        i = headers.find(HeaderName.SET_COOKIE, i + 1);
      }
      return Verdict.NEXT;
    }

    @Override
    public void close() {}
  }
}
