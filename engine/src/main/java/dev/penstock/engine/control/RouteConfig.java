package dev.penstock.engine.control;

import dev.penstock.engine.cache.RouteCacheRules;
import dev.penstock.engine.http.CidrSet;
import dev.penstock.engine.plan.RedirectRules;
import dev.penstock.engine.plan.RewriteRules;
import dev.penstock.engine.plan.RouteMatch;
import dev.penstock.engine.plan.SplitKey;
import dev.penstock.engine.spi.Config.Bytes;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Offered;
import dev.penstock.engine.spi.Config.Percent;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.Config.Shorthand;
import dev.penstock.engine.spi.FilterFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry under {@code routes:}: which requests, what looks at them, who answers. Exactly one key
 * says who.
 */
@Doc(
    "Which requests it takes, which filters see them, and who answers: exactly one of upstream, split, respond,"
        + " redirect, files, or a filter that answers, such as script.")
public record RouteConfig(
    @Doc("Which requests it takes; without it, all.") @Default("{}") RouteMatch match,
    @Doc("The route with the higher number is asked first, whatever it matches.")
        @Default("0")
        @Range("-1000000..1000000")
        int priority,
    @Doc(
            "What looks at requests and responses on the way: filters by name, with their settings. Request phases run first to last, response phases last to first.")
        @Default("[]")
        @Offered(FilterFactory.class)
        List<ComponentConfig> filters,
    @Doc("The upstream that answers.") @Nullable String upstream,
    @Doc("Several upstreams that answer, by weight.") @Nullable Split split,
    @Doc("The gateway answers, always the same.") @Nullable RespondConfig respond,
    @Doc("The gateway answers with a redirect.") @Nullable RedirectRules redirect,
    @Doc("Files of a folder answer.") @Nullable FilesConfig files,
    @Doc("A filter that answers.") @OtherKeys @Offered(FilterFactory.class)
        @Nullable ComponentConfig answer,
    @Doc(
            "What is changed in requests on their way to the upstream, and in responses on their way back.")
        @Default("{}")
        RewriteRules rewrite,
    @Doc("Sends a copy of requests to another upstream, whose answers are thrown away.")
        @Nullable Mirror mirror,
    @Doc("Whether and how responses of the upstream are stored. Without it, they are not.")
        @Nullable RouteCacheRules cache,
    @Doc("Which clients may come in, by address.") @Default("{}") Access access,
    @Doc(
            "Largest request body; beyond: 413. Without it, no limit: bodies are never collected to be passed on.")
        @Bytes
        @Range("0..")
        @Nullable Long maxBody,
    @Doc("Refuses requests whose body has no known length, with 411.") @Default("false")
        boolean requireLength,
    @Doc("Goes on with the upstream's answer after the client has gone.") @Default("false")
        boolean ignoreAbort,
    @Doc("How long a request may take.") @Default("{}") Timeouts timeouts) {

  public RouteConfig {
    filters = List.copyOf(filters);
    List<String> targets = targets(upstream, split, respond, redirect, files, answer);
    if (targets.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing answers; add upstream, split, respond, redirect, files, or a filter that answers, such as script");
    }
    if (targets.size() > 1) {
      throw new IllegalArgumentException(
          Names.and(targets) + " cannot all answer; keep one of them");
    }
  }

  /** The same for other requests. */
  public RouteConfig with(RouteMatch other) {
    return new RouteConfig(
        other,
        priority,
        filters,
        upstream,
        split,
        respond,
        redirect,
        files,
        answer,
        rewrite,
        mirror,
        cache,
        access,
        maxBody,
        requireLength,
        ignoreAbort,
        timeouts);
  }

  private static List<String> targets(
      @Nullable String upstream,
      @Nullable Split split,
      @Nullable RespondConfig respond,
      @Nullable RedirectRules redirect,
      @Nullable FilesConfig files,
      @Nullable ComponentConfig answer) {
    List<String> targets = new ArrayList<>(2);
    if (upstream != null) targets.add("upstream");
    if (split != null) targets.add("split");
    if (respond != null) targets.add("respond");
    if (redirect != null) targets.add("redirect");
    if (files != null) targets.add("files");
    if (answer != null) targets.add(answer.name());
    return targets;
  }

  /** Several upstreams, each with its part of the requests. */
  @Doc("Divides requests between upstreams.")
  public record Split(
      @Doc("The upstreams with their weights.") @Shorthand List<Part> between,
      @Doc(
              "What decides, so that the same client keeps to the same upstream: client-ip, header:NAME, cookie:NAME, query:NAME; or random.")
          @Default("random")
          String key) {

    public Split {
      between = List.copyOf(between);
      SplitKey.parse(key);
      if (between.stream().mapToInt(Part::weight).sum() == 0) {
        throw new IllegalArgumentException("no upstream has a weight above 0");
      }
    }
  }

  /** One part of a split. */
  @Doc("An upstream with its weight.")
  public record Part(
      @Doc("Name of the upstream.") @Shorthand String upstream,
      @Doc("Its share beside the others; 0 sends it nothing.") @Default("1") @Range("0..1000000")
          int weight) {}

  /** A copy of the traffic. */
  @Doc("A copy of requests for another upstream.")
  public record Mirror(
      @Doc("Name of the upstream.") @Shorthand String upstream,
      @Doc("How many of the requests.") @Default("100%") @Percent double percent,
      @Doc("Requests with larger bodies are not copied.")
          @Default("64KiB")
          @Bytes
          @Range("0..16MiB")
          int maxBody) {}

  /** By networks: what is denied is out; with an allow list, what is not on it is out too. */
  @Doc("Networks that may come in. Others are answered with 403.")
  public record Access(
      @Doc("Networks or addresses that may come in; without any, everybody.") @Default("[]")
          List<String> allow,
      @Doc("Networks or addresses that may not, looked at first.") @Default("[]")
          List<String> deny) {

    public Access {
      allow = List.copyOf(allow);
      deny = List.copyOf(deny);
      CidrSet.of(allow);
      CidrSet.of(deny);
    }
  }

  /** Limits on time that belong to the route, not to the upstream. */
  @Doc("How long a request may take.")
  public record Timeouts(
      @Doc(
              "From the first byte of the request to the last of the response, retries included; beyond: 504. Without it, no limit.")
          @Range("1ms..24h")
          @Nullable Duration total) {}
}
