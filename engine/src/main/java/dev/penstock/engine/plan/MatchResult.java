package dev.penstock.engine.plan;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where {@link RouteTable#match} puts its answer; reused from request to request.
 *
 * <p>Worker-confined. Parameters are kept as places in the path the request had when it was
 * matched; they are valid as long as the bytes of that head are, also after the head was given
 * another path.
 */
public final class MatchResult<R> {
  private final Slice path = new Slice();
  private final Slice scratch = new Slice();
  private @Nullable RouteEntry<R> best;
  private int bestRank;
  private int[] captured = new int[16];

  // The search under way.
  private @Nullable RequestHead head;
  private @Nullable RouteFacts facts;
  private int[] spans = new int[16];
  private boolean methodMissed;
  private @Nullable Set<String> allowed;
  private HostIndex.@Nullable Group<R>[] groups = noGroups();
  private int steps;

  /** The payload of the route that won. */
  public R route() {
    return won().payload();
  }

  /** Id of the route that won. */
  public String id() {
    return won().id();
  }

  /** How many parameters, or groups of the regular expression, the path of the route has. */
  public int parameterCount() {
    return won().path().parameters().size();
  }

  public String parameterName(int i) {
    return won().path().parameters().get(i);
  }

  /**
   * Points {@code into} at parameter {@code i} as it stands in the path, escapes included; empty
   * when a group is unset.
   */
  public Slice parameter(int i, Slice into) {
    Objects.checkIndex(i, parameterCount());
    int from = captured[2 * i];
    return from < 0
        ? into.clear()
        : into.point(path.array(), path.offset() + from, captured[2 * i + 1] - from);
  }

  /** A parameter as it stands in the path, or null when the route has none of that name. */
  public @Nullable String rawParameter(String name) {
    int i = won().path().parameters().indexOf(name);
    return i < 0 ? null : parameter(i, new Slice()).toString();
  }

  /**
   * A parameter with its escapes decoded as UTF-8, or null when the route has none of that name.
   */
  public @Nullable String parameter(String name) {
    int i = won().path().parameters().indexOf(name);
    return i < 0 ? null : decoded(parameter(i, new Slice()));
  }

  /** All parameters, decoded, in the order of the path; empty when the route has none. */
  public Map<String, String> parameters() {
    int n = parameterCount();
    if (n == 0) return Map.of();
    Map<String, String> all = new LinkedHashMap<>();
    Slice slice = new Slice();
    for (int i = 0; i < n; i++) all.put(parameterName(i), decoded(parameter(i, slice)));
    return all;
  }

  /** Forgets the answer and what it points at. */
  public void clear() {
    best = null;
    head = null;
    facts = null;
    allowed = null;
    path.clear();
    scratch.clear();
    Arrays.fill(groups, null);
  }

  private RouteEntry<R> won() {
    RouteEntry<R> entry = best;
    if (entry == null) throw new IllegalStateException("no route was found");
    return entry;
  }

  private static String decoded(Slice raw) {
    if (raw.indexOf('%', 0) < 0) return raw.toString();
    byte[] bytes = new byte[raw.length()];
    int length = 0;
    for (int i = 0; i < raw.length(); i++) {
      int c = raw.at(i);
      // A canonical path has whole escapes only.
      if (c == '%') {
        c = Ascii.hexValue(raw.at(i + 1)) << 4 | Ascii.hexValue(raw.at(i + 2));
        i += 2;
      }
      bytes[length++] = (byte) c;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  // What the table tells while it searches.

  void begin(RequestHead newHead, RouteFacts newFacts) {
    head = newHead;
    facts = newFacts;
    Slice now = newHead.pathSlice();
    path.point(now.array(), now.offset(), now.length());
    best = null;
    bestRank = Integer.MAX_VALUE;
    methodMissed = false;
    allowed = null;
    steps = 0;
  }

  /**
   * From here on, collects the methods of routes that would match but for the method, and finds
   * nothing.
   */
  Set<String> collectMethods() {
    Set<String> methods = new LinkedHashSet<>();
    allowed = methods;
    return methods;
  }

  @Nullable RouteEntry<R> best() {
    return best;
  }

  boolean isMethodMissed() {
    return methodMissed;
  }

  Slice path() {
    return path;
  }

  /** Nodes and entries looked at: what a match costs, counted for the tests of that. */
  int steps() {
    return steps;
  }

  /** Whether something of this rank, or all that rank behind it, can still win. */
  boolean canWin(int rank) {
    steps++;
    return rank < bestRank;
  }

  void span(int i, int from, int to) {
    if (2 * i + 1 >= spans.length) spans = Arrays.copyOf(spans, spans.length * 2);
    spans[2 * i] = from;
    spans[2 * i + 1] = to;
  }

  /** Keeps {@code group} at place {@code i} of a stack. */
  void push(int i, HostIndex.Group<R> group) {
    if (i == groups.length) groups = Arrays.copyOf(groups, Math.max(4, 2 * i));
    groups[i] = group;
  }

  HostIndex.Group<R> group(int i) {
    return Objects.requireNonNull(groups[i]);
  }

  @SuppressWarnings({
    "unchecked",
    "rawtypes"
  }) // an array of a generic class has no other way to be made
  private static <R> HostIndex.@Nullable Group<R>[] noGroups() {
    return new HostIndex.Group[0];
  }

  /**
   * Host and path of these entries match; takes the first whose conditions hold.
   *
   * @param inOrder best rank first
   */
  void offer(RouteEntry<R>[] inOrder) {
    for (RouteEntry<R> entry : inOrder) {
      if (!canWin(entry.rank())) return;
      if (holds(entry)) {
        take(entry);
        return;
      }
    }
  }

  /** As {@link #offer}, for entries whose regular expression is still to be found in the path. */
  void offerRegex(RouteEntry<R>[] inOrder) {
    RequestHead request = Objects.requireNonNull(head);
    for (RouteEntry<R> entry : inOrder) {
      if (!canWin(entry.rank())) return;
      var matcher = Objects.requireNonNull(entry.path().regex()).matcher(request.path());
      if (!matcher.find() || !holds(entry)) continue;
      // The path is ISO-8859-1: places in the string are places in the bytes.
      for (int i = 1; i <= matcher.groupCount(); i++) span(i - 1, matcher.start(i), matcher.end(i));
      take(entry);
      return;
    }
  }

  private boolean holds(RouteEntry<R> entry) {
    Conditions.Miss miss =
        entry
            .conditions()
            .check(Objects.requireNonNull(head), Objects.requireNonNull(facts), scratch);
    if (miss == Conditions.Miss.METHOD) {
      methodMissed = true;
      if (allowed != null) allowed.addAll(entry.conditions().methods());
    }
    return miss == Conditions.Miss.NONE;
  }

  private void take(RouteEntry<R> entry) {
    best = entry;
    bestRank = entry.rank();
    int used = 2 * entry.path().parameters().size();
    if (captured.length < used) captured = new int[spans.length];
    System.arraycopy(spans, 0, captured, 0, used);
  }
}
