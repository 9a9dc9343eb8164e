package dev.penstock.plugins.auth;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.Config.Secret;
import dev.penstock.engine.spi.ConfigException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names and passwords. */
@Doc(
    "Asks for a name and a password (RFC 7617) and compares with hashes, off the workers. Whoever has none gets 401.")
public record BasicAuthConfig(
    @Doc("Names and hashes of passwords: bcrypt or argon2id, as \"htpasswd -nB\" writes them.")
        @Default("{}")
        @Secret
        Map<String, String> users,
    @Doc(
            "A file with more: NAME:HASH in each line, as htpasswd writes it, or NAME:HASH:GROUP,GROUP. Read again when it changes.")
        @Nullable String usersFile,
    @Doc("Groups that users belong to, by user.") @Default("{}") Map<String, List<String>> groups,
    @Doc("What browsers show when they ask.") @Default("restricted") String realm,
    @Doc("How long a password that was right is not hashed again; 0s hashes each time.")
        @Default("60s")
        @Range("0s..1h")
        Duration cacheFor,
    @Doc("How many passwords are hashed at a time, in all; each costs a core for a while.")
        @Default("2")
        @Range("1..64")
        int hashesAtATime,
    @Doc("How many may wait for that; more get 503.") @Default("100") @Range("0..10000")
        int maxWaiting,
    @Doc("Lets requests without a password pass as nobody's; a wrong one is refused all the same.")
        @Default("false")
        boolean optional,
    @Doc("Asks even if a filter before knows already who it is.") @Default("false") boolean always,
    @Doc("Sends the password on to the upstream.") @Default("false") boolean forward,
    @Doc(
            "Fields that tell the upstream who it is, such as x-user: \"{identity}\"; a client's own are taken out.")
        @Default("{}")
        Map<String, String> headers) {

  public BasicAuthConfig {
    users = Map.copyOf(users);
    groups = Map.copyOf(groups);
    headers = Map.copyOf(headers);
    if (users.isEmpty() && usersFile == null)
      throw new ConfigException("nobody can come in; name \"users\" or a \"users-file\"");
    for (char c : realm.toCharArray()) {
      if (c < ' ' || c > '~') throw new ConfigException("\"realm\" is of ASCII characters");
    }
    users
        .keySet()
        .forEach(name -> {
          if (name.isBlank() || name.indexOf(':') >= 0)
            throw new ConfigException("\"%s\" is no name of a user".formatted(name));
        });
  }
}
