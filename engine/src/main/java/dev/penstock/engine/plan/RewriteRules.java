package dev.penstock.engine.plan;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Shorthand;
import dev.penstock.engine.spi.ConfigException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a route changes in requests on their way to the upstream and in responses on their way back.
 */
public record RewriteRules(
    @Doc("Changes to the path.") @Nullable PathChange path,
    @Doc(
            "Host that the upstream sees: keep (the client's), upstream (the endpoint's own), or a name.")
        @Default("keep")
        String host,
    @Doc("Changes to the fields of the request.") @Default("{}") HeaderRules requestHeaders,
    @Doc("Changes to the fields of the response.") @Default("{}") HeaderRules responseHeaders) {

  public static final RewriteRules NONE =
      new RewriteRules(null, "keep", HeaderRules.NONE, HeaderRules.NONE);

  public RewriteRules {
    boolean isWord = host.equals("keep") || host.equals("upstream");
    if (!isWord
        && !host.matches("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*)(:[0-9]{1,5})?")) {
      throw new ConfigException(
          "\"%s\" is not a host; write \"keep\", \"upstream\", or a name, with its port if it has one"
              .formatted(host));
    }
  }

  /**
   * Changes to the path, in this order: strip, replace, add; or a template alone. Not the rules of
   * a listener, {@link PathRules}, which come before a route is chosen.
   */
  public record PathChange(
      @Doc("A new path with the parameters of the matched one: /v2/users/{id}.") @Shorthand
          @Nullable String template,
      @Doc(
              "Segments that are taken away at the beginning, where they are there: /api makes /users of /api/users.")
          @Nullable String stripPrefix,
      @Doc(
              "Regular expressions (RE2 syntax) and what takes the place of each match; $1 is a group, $0 the"
                  + " whole match, $$ a dollar.")
          @Default("{}")
          Map<String, String> replace,
      @Doc("Segments that are put in front.") @Nullable String addPrefix) {

    public PathChange {
      replace = Collections.unmodifiableMap(new LinkedHashMap<>(replace));
      if (template != null && (stripPrefix != null || addPrefix != null || !replace.isEmpty())) {
        throw new ConfigException(
            "\"template\" makes the whole path; \"strip-prefix\", \"replace\" and \"add-prefix\" cannot"
                + " stand beside it");
      }
      if (template != null) PathRewriter.checkTemplate(template);
      if (stripPrefix != null) stripPrefix = PathRewriter.prefix("strip-prefix", stripPrefix);
      if (addPrefix != null) addPrefix = PathRewriter.prefix("add-prefix", addPrefix);
      replace.forEach(PathRewriter.Replacement::compile);
    }
  }
}
