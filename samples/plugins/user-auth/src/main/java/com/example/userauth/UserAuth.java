package com.example.userauth;

import dev.penstock.engine.spi.Config;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Identity;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.spi.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * {@code user-auth}: HTTP Basic against a file of users or a table of PostgreSQL. Looking a user up
 * and hashing a password take their time, so the filter is BLOCKING: it runs on a virtual thread.
 */
public final class UserAuth implements Extension {
  /** Where the users are: exactly one of both. */
  public record Settings(
      @Config.Doc("Lines of name:salt:iterations:hash; read again when it changes.")
          @Config.Default("\"\"")
          String file,
      @Config.Doc("jdbc:postgresql://host/db?user=…; the table is users (name, password).")
          @Config.Default("\"\"")
          @Config.Secret
          String database,
      @Config.Doc("What browsers show.") @Config.Default("restricted") String realm) {
    public Settings {
      if (file.isEmpty() == database.isEmpty())
        throw new IllegalArgumentException("say where the users are: file or database");
    }
  }

  @Override
  public String name() {
    return "user-auth";
  }

  @Override
  public void register(Registry registry) {
    registry.filter(FilterFactory.of("user-auth", Settings.class, UserAuth::prepare));
  }

  private static FilterTemplate prepare(Settings settings, PrepareScope scope) {
    UserStore users =
        settings.file().isEmpty()
            ? new DatabaseUsers(settings.database())
            : FileUsers.read(scope.watch(settings.file()));
    Check check = new Check(users, settings.realm());
    return FilterTemplate.blocking(worker -> check, Phase.ON_REQUEST);
  }

  /** Where passwords are kept. Called on virtual threads, several at a time. */
  interface UserStore {
    /**
     * {@code salt:iterations:hash} of a user, or null when there is none.
     *
     * @throws ConfigException when nobody can say
     */
    String passwordOf(String user);
  }

  private record Check(UserStore users, String realm) implements Filter {
    @Override
    public Verdict onRequest(Exchange exchange) {
      String given = exchange.request().headers().get("authorization");
      if (given == null || !given.regionMatches(true, 0, "Basic ", 0, 6)) return ask();
      String both;
      try {
        both = new String(Base64.getDecoder().decode(given.substring(6).strip()), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        return ask();
      }
      int colon = both.indexOf(':');
      if (colon < 1) return ask();
      String user = both.substring(0, colon);
      if (!Passwords.matches(both.substring(colon + 1), users.passwordOf(user))) return ask();
      exchange.identity(Identity.of(user, "basic"));
      exchange.request().headers().remove("authorization");
      return Verdict.NEXT;
    }

    private Verdict ask() {
      ProxyError error = ProxyError.of(ProxyError.Kind.UNAUTHENTICATED, "no user of ours");
      return Verdict.reject(
          error,
          Response.text(401, "Who are you?\n")
              .header("WWW-Authenticate", "Basic realm=\"" + realm + "\", charset=\"UTF-8\""));
    }
  }
}
