package dev.penstock.engine.plan;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Requests whose route would be another one: made up from the hosts, paths and methods that the
 * routes of both sides name.
 *
 * @param changes in the order of the old routes, then the new
 * @param tried how many requests were asked about
 */
public record OwnerChanges(List<Change> changes, int tried) {
  private static final int MOST_TRIED = 5_000;
  private static final int MOST_SHOWN = 100;

  /**
   * One request.
   *
   * @param before id of its route; null when none took it
   * @param after id of its route; null when none takes it
   */
  public record Change(
      String method, String host, String path, @Nullable String before, @Nullable String after) {}

  record Example(String method, String host, String path) {}

  /** Compares what two snapshots do. */
  public static OwnerChanges between(Snapshot before, Snapshot after) {
    Set<Example> examples = new LinkedHashSet<>();
    before.table().examples(examples, MOST_TRIED);
    after.table().examples(examples, 2 * MOST_TRIED);
    List<Change> changes = new ArrayList<>();
    for (Example each : examples) {
      String was = owner(before, each);
      String is = owner(after, each);
      if (!Objects.equals(was, is) && changes.size() < MOST_SHOWN)
        changes.add(new Change(each.method, each.host, each.path, was, is));
    }
    return new OwnerChanges(changes, examples.size());
  }

  private static @Nullable String owner(Snapshot snapshot, Example example) {
    ProbeRequest probe;
    try {
      probe =
          ProbeRequest.of(
              example.method, "http://" + example.host + example.path, List.of(), "127.0.0.1", "");
    } catch (IllegalArgumentException e) {
      return null;
    }
    if (!snapshot.canonical().apply(probe.head()).isOk()) return null;
    MatchResult<Route> result = new MatchResult<>();
    snapshot.table().match(probe.head(), probe.facts(), result);
    RouteEntry<Route> best = result.best();
    return best == null ? null : best.id();
  }

  /** A request that this way into a route might take; null for a regular expression. */
  static @Nullable Example example(RouteEntry<?> entry) {
    String path = path(entry.path());
    if (path == null) return null;
    String host =
        switch (entry.host().kind()) {
          case EXACT -> entry.host().name();
          case WILDCARD -> "any." + entry.host().name();
          case ANY -> "localhost";
        };
    return new Example(entry.conditions().methods().getFirst(), host, path);
  }

  private static @Nullable String path(PathPattern pattern) {
    if (pattern.regex() != null) return null;
    StringBuilder path = new StringBuilder();
    for (PathPattern.Segment segment : pattern.segments())
      path.append('/').append(segment.literal() == null ? "1" : segment.literal());
    if (pattern.tail() != PathPattern.Tail.END) path.append("/x");
    return path.isEmpty() ? "/" : path.toString();
  }
}
