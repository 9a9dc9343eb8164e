package dev.penstock.plugins.access;

import com.google.re2j.Pattern;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.plugins.rules.Deny;
import dev.penstock.plugins.rules.Expressions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code user-agents}. */
final class UserAgentsFactory implements FilterFactory<UserAgentsConfig> {
  @Override
  public String name() {
    return "user-agents";
  }

  @Override
  public Class<UserAgentsConfig> configType() {
    return UserAgentsConfig.class;
  }

  @Override
  public FilterTemplate prepare(UserAgentsConfig config, PrepareScope scope) {
    return new FilterTemplate() {
      @Override
      public Set<Phase> phases() {
        return Set.of(Phase.ON_REQUEST);
      }

      @Override
      public Filter create(FilterScope worker) {
        return new UserAgents(config);
      }
    };
  }

  /**
   * One worker's filter. The same few user agents come again and again, so what was found of each
   * is kept; in a table of fixed size, where a stranger displaces another.
   */
  static final class UserAgents implements Filter {
    private static final int KEPT = 256;
    private static final int LONGEST_KEPT = 512;
    private static final String NOTHING = "";

    private final Names allow = new Names();
    private final Names deny = new Names();
    private final boolean denyMissing;
    private final boolean denies;
    private final @Nullable String[] known = new String[KEPT];
    private final String[] found = new String[KEPT];

    UserAgents(UserAgentsConfig config) {
      for (UserAgentsConfig.Kind kind : config.kinds()) kind.names().forEach(deny::add);
      config.deny().forEach(deny::add);
      config.allow().forEach(allow::add);
      denyMissing = config.denyMissing();
      denies = config.action() == UserAgentsConfig.Action.DENY;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
      String agent = exchange.request().headers().joined("user-agent");
      String match;
      if (agent == null || agent.isBlank()) match = denyMissing ? "missing" : NOTHING;
      else match = find(agent);
      if (match.isEmpty()) return Verdict.NEXT;
      // For the log; the client is not told what gave it away.
      exchange.vars().put("ua.match", match);
      return denies ? Deny.because("the user agent is refused") : Verdict.NEXT;
    }

    private String find(String agent) {
      int at = (agent.hashCode() * 0x9E3779B9) >>> 24;
      if (agent.equals(known[at])) return found[at];
      String match = search(agent.toLowerCase(Locale.ROOT));
      if (agent.length() <= LONGEST_KEPT) {
        known[at] = agent;
        found[at] = match;
      }
      return match;
    }

    private String search(String agent) {
      if (allow.find(agent) != null) return NOTHING;
      String match = deny.find(agent);
      return match == null ? NOTHING : match;
    }
  }

  /** Texts and expressions, of which the first found counts. */
  private static final class Names {
    private final List<String> texts = new ArrayList<>();
    private final List<Pattern> expressions = new ArrayList<>();

    void add(String text) {
      if (text.startsWith("~"))
        expressions.add(Expressions.compile(text.substring(1).strip(), Pattern.CASE_INSENSITIVE));
      else texts.add(text.toLowerCase(Locale.ROOT));
    }

    @Nullable String find(String agent) {
      for (String text : texts) {
        if (agent.contains(text)) return text;
      }
      for (Pattern expression : expressions) {
        if (expression.matcher(agent).find()) return expression.pattern();
      }
      return null;
    }
  }
}
