package dev.penstock.engine.plan;

import dev.penstock.engine.plan.Template.Part;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Shorthand;
import dev.penstock.engine.spi.ConfigException;
import java.util.Iterator;
import java.util.List;

/**
 * A redirect as the answer of a route. What a client sends can never choose the host it is led to:
 * that is literal, or the one it asked for.
 */
public record RedirectRules(
    @Doc("301, 302, 303, 307 or 308; 307 and 308 keep method and body.") @Default("308") int status,
    @Doc(
            "Where to: a path, or https:// with a host, {host} or {authority}. Example: https://{host}{uri}")
        @Shorthand
        String to) {

  public RedirectRules {
    switch (status) {
      case 301, 302, 303, 307, 308 -> {}
      default ->
          throw new ConfigException(
              "status: %d does not redirect; use 301, 302, 303, 307 or 308".formatted(status));
    }
    check(to);
  }

  /** Names of parameters are checked with the route; here all that it names are taken to exist. */
  private static void check(String to) {
    List<Part> parts = Template.checkUri(to);
    if (parts.isEmpty()) throw new ConfigException("to: an address is missing");
    Part first = parts.getFirst();
    if (first == Part.Variable.PATH || first == Part.Variable.URI) return;
    String start = first instanceof Part.Literal literal ? literal.text() : "";
    if (first == Part.Variable.SCHEME
        && parts.size() > 1
        && parts.get(1) instanceof Part.Literal literal) {
      if (literal.text().startsWith("://")) {
        checkAuthority(to, literal.text().substring(3), parts.listIterator(2));
        return;
      }
    }
    if (start.startsWith("//")) throw bad(to, "write the scheme too: \"https:%s\"".formatted(to));
    if (start.startsWith("/")) return;
    int scheme = start.startsWith("https://") ? 8 : start.startsWith("http://") ? 7 : 0;
    if (scheme == 0)
      throw bad(
          to,
          "it starts with \"/\", \"https://\", \"http://\", \"{scheme}://\", \"{path}\" or \"{uri}\"");
    checkAuthority(to, start.substring(scheme), parts.listIterator(1));
  }

  private static void checkAuthority(String to, String literal, Iterator<Part> rest) {
    boolean isEmpty = true;
    String text = literal;
    while (true) {
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == '/' || c == '?' || c == '#') {
          if (isEmpty && i == 0) throw bad(to, "its host is missing");
          return;
        }
        if (c == '@') throw bad(to, "user information in an address misleads people");
      }
      isEmpty &= text.isEmpty();
      if (!rest.hasNext()) break;
      Part next = rest.next();
      if (next == Part.Variable.PATH || next == Part.Variable.URI) break;
      if (next == Part.Variable.HOST || next == Part.Variable.AUTHORITY) {
        if (!isEmpty) throw bad(to, "\"{host}\" is the whole host; nothing stands before it");
        isEmpty = false;
        text = "";
      } else if (next instanceof Part.Literal more) {
        // Behind {host}, text would make another host of it: {host}.example.com is fine only for a
        // port.
        if (!more.text().matches("(:[0-9]{1,5})?([/?#].*)?")) {
          throw bad(to, "behind \"{host}\" stands a port or a path");
        }
        text = more.text();
      } else {
        throw bad(to, "its host would be chosen by the client; name it, or use \"{host}\"");
      }
    }
    if (isEmpty) throw bad(to, "its host is missing");
  }

  private static ConfigException bad(String to, String remedy) {
    return new ConfigException("to: \"%s\" is no address to redirect to; %s".formatted(to, remedy));
  }
}
