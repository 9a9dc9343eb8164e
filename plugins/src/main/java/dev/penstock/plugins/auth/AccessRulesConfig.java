package dev.penstock.plugins.auth;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.http.CidrSet;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Shorthand;
import dev.penstock.engine.spi.ConfigException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who may do what. */
@Doc(
    "Decides who may do what, by the first rule of which all holds; others get 403. What filters before have found out"
        + " counts: put it behind them.")
public record AccessRulesConfig(
    @Doc("Rules in the order in which they are tried.") @Shorthand List<Rule> rules,
    @Doc("What happens when none holds.") @Default("deny") Decision otherwise) {

  /** What a rule does. */
  public enum Decision {
    ALLOW,
    DENY
  }

  /** One rule; what is not said holds for all. */
  @Doc("A rule.")
  public record Rule(
      @Doc("What happens when all of this holds.") @Default("allow") Decision then,
      @Doc("Its name, for the variable access-rules.rule and the log.") @Nullable String name,
      @Doc("Whether it must be known who it is; without it, that does not matter.")
          @Nullable Boolean known,
      @Doc("Subjects, one of which it is.") @Default("[]") List<String> identities,
      @Doc("How it is known, one of them: basic, jwt, api-key, client-cert, signature.")
          @Default("[]")
          List<String> schemes,
      @Doc("Groups, to one of which it belongs.") @Default("[]") List<String> groups,
      @Doc("Claims and their values, or ~ and an expression; of a list one item. All must hold.")
          @Default("{}")
          Map<String, String> claims,
      @Doc("Methods, one of which it is.") @Default("[]") List<String> methods,
      @Doc(
              "Paths, one of which it is: /admin and what lies below, =/admin alone, or ~ and an expression.")
          @Default("[]")
          List<String> paths,
      @Doc("Networks, from one of which it comes.") @Default("[]") List<String> from) {
    public Rule {
      identities = List.copyOf(identities);
      schemes = List.copyOf(schemes);
      groups = List.copyOf(groups);
      claims = Map.copyOf(claims);
      methods = List.copyOf(methods);
      paths = List.copyOf(paths);
      from = List.copyOf(from);
      CidrSet.of(from);
      for (String method : methods) {
        if (!Ascii.isToken(method)) throw new ConfigException("\"" + method + "\" is no method");
      }
    }
  }

  public AccessRulesConfig {
    rules = List.copyOf(rules);
    if (rules.isEmpty()) throw new ConfigException("there are no rules");
  }
}
