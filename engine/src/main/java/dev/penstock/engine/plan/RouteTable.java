package dev.penstock.engine.plan;

import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.spi.ConfigException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which route takes a request: by host, then path, then the other conditions, in the order of
 * precedence that {@link RouteMatch} documents.
 *
 * <p>All ways into all routes are put in that order once; their place in it is their rank, and a
 * match is a search for the lowest rank. How many routes there are matters only where many share
 * host and path, or are regular expressions below the same literal prefix: those are tried one by
 * one. Immutable and thread-safe.
 *
 * @param <R> what the caller keeps for a route
 */
public final class RouteTable<R> {
  private final List<RouteEntry<R>> entries;
  private final HostIndex<R> hosts;

  private RouteTable(List<RouteEntry<R>> entries) {
    this.entries = entries;
    hosts = HostIndex.of(entries);
  }

  /**
   * A route to be compiled.
   *
   * @param priority 0 unless configured; higher goes first
   */
  public record Rule<R>(String id, RouteMatch match, int priority, R route) {}

  /** What {@link #match} says. */
  public enum Outcome {
    FOUND,
    /**
     * Routes would take the request if its method were another: 405, with {@link
     * RouteTable#allowed}.
     */
    METHOD_NOT_ALLOWED,
    NOT_FOUND
  }

  /**
   * Compiles routes, given in the order of the configuration.
   *
   * @throws ConfigException when two have the same id
   */
  public static <R> RouteTable<R> compile(List<Rule<R>> rules) {
    List<RouteEntry<R>> all = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < rules.size(); i++) {
      Rule<R> rule = rules.get(i);
      if (!ids.add(rule.id()))
        throw new ConfigException("there are two routes \"%s\"".formatted(rule.id()));
      Conditions conditions = rule.match().conditions();
      for (HostPattern host : rule.match().hostPatterns()) {
        for (PathPattern path : rule.match().pathPatterns()) {
          all.add(
              new RouteEntry<>(
                  rule.id(), rule.route(), rule.priority(), i, host, path, conditions, 0));
        }
      }
    }
    all.sort(RouteEntry::comparePrecedence);
    List<RouteEntry<R>> ranked = new ArrayList<>(all.size());
    for (RouteEntry<R> entry : all) ranked.add(entry.ranked(ranked.size()));
    return new RouteTable<>(List.copyOf(ranked));
  }

  /**
   * Finds the route of a request whose path is canonical. Allocates nothing unless a regular
   * expression is tried.
   *
   * @param into takes the route and the places of its parameters
   */
  public Outcome match(RequestHead head, RouteFacts facts, MatchResult<R> into) {
    into.begin(head, facts);
    hosts.search(head.authority(), into);
    if (into.best() != null) return Outcome.FOUND;
    return into.isMethodMissed() ? Outcome.METHOD_NOT_ALLOWED : Outcome.NOT_FOUND;
  }

  /**
   * The methods that would find a route for this request, for the Allow field of a 405 (RFC 9110
   * §10.2.1).
   */
  public List<String> allowed(RequestHead head, RouteFacts facts) {
    MatchResult<R> search = new MatchResult<>();
    search.begin(head, facts);
    Set<String> methods = search.collectMethods();
    hosts.search(head.authority(), search);
    return List.copyOf(methods);
  }

  /**
   * Why the route that takes this request won, and why others did not.
   *
   * @param limit with more routes than this, those whose host or path does not match are counted,
   *     not listed
   */
  public Explanation explain(RequestHead head, RouteFacts facts, int limit) {
    return Explainer.explain(this, entries, head, facts, limit);
  }

  /** Adds requests that ways into routes might take, until there are {@code limit}. */
  void examples(Set<OwnerChanges.Example> into, int limit) {
    for (RouteEntry<R> entry : entries) {
      if (into.size() >= limit) return;
      OwnerChanges.Example example = OwnerChanges.example(entry);
      if (example != null) into.add(example);
    }
  }

  /** Routes, or single paths of routes, that can never win, each with the one in front of it. */
  public List<Shadow> lint() {
    return Shadow.find(entries, hosts);
  }
}
