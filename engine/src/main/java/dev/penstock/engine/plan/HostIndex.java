package dev.penstock.engine.plan;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.bytes.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * From a host to the paths that are routed for it. Names are hashed from their end, so one pass
 * over a host finds its exact entry and those of all wildcards it falls under.
 */
final class HostIndex<R> {
  private static final int HASH_START = 17;

  private final @Nullable Group<R>[] exact;
  private final @Nullable Group<R>[] wildcards;
  private final @Nullable Group<R> any;
  private final boolean asksHost;
  private final boolean hasWildcards;

  private HostIndex(List<Group<R>> exact, List<Group<R>> wildcards, @Nullable Group<R> any) {
    this.exact = table(exact);
    this.wildcards = table(wildcards);
    this.any = any;
    hasWildcards = !wildcards.isEmpty();
    asksHost = hasWildcards || !exact.isEmpty();
  }

  static <R> HostIndex<R> of(List<RouteEntry<R>> entries) {
    Map<HostPattern, List<RouteEntry<R>>> byHost = new LinkedHashMap<>();
    for (RouteEntry<R> entry : entries)
      byHost.computeIfAbsent(entry.host(), _ -> new ArrayList<>()).add(entry);
    List<Group<R>> exact = new ArrayList<>();
    List<Group<R>> wildcards = new ArrayList<>();
    Group<R> any = null;
    for (Map.Entry<HostPattern, List<RouteEntry<R>>> host : byHost.entrySet()) {
      Group<R> group = new Group<>(host.getKey().name(), host.getValue());
      switch (host.getKey().kind()) {
        case EXACT -> exact.add(group);
        case WILDCARD -> wildcards.add(group);
        case ANY -> any = group;
      }
    }
    return new HostIndex<>(exact, wildcards, any);
  }

  @SuppressWarnings({
    "unchecked",
    "rawtypes"
  }) // an array of a generic class has no other way to be made
  private static <R> @Nullable Group<R>[] table(List<Group<R>> groups) {
    int size = Integer.highestOneBit(Math.max(1, groups.size() * 2 - 1)) * 2;
    @Nullable Group<R>[] table = new Group[size];
    for (Group<R> group : groups) {
      int h = HASH_START;
      for (int i = group.name.length() - 1; i >= 0; i--) h = 31 * h + group.name.charAt(i);
      int slot = slot(h, size);
      while (table[slot] != null) slot = (slot + 1) & (size - 1);
      table[slot] = group;
    }
    return table;
  }

  private static int slot(int hash, int size) {
    return (hash ^ hash >>> 15) & (size - 1);
  }

  /** Length of the host in {@code host:port}, without port and without the dot of the root. */
  static int hostLength(Slice authority) {
    int length = authority.length();
    if (length == 0) return 0;
    int from = authority.at(0) == '[' ? Math.max(0, authority.indexOf(']', 0)) : 0;
    int colon = authority.indexOf(':', from);
    if (colon >= 0) length = colon;
    return length > 1 && authority.at(length - 1) == '.' ? length - 1 : length;
  }

  /**
   * Offers the entries of all groups that {@code authority} belongs to, most specific host first.
   */
  void search(Slice authority, MatchResult<R> result) {
    if (asksHost) searchNamed(authority, result);
    if (any != null) any.search(result);
  }

  private void searchNamed(Slice authority, MatchResult<R> result) {
    int length = hostLength(authority);
    int h = HASH_START;
    // Wildcards come up shortest first and are wanted longest first; there is room for as many as
    // names have labels.
    int found = 0;
    for (int i = length - 1; i >= 0; i--) {
      int c = authority.at(i);
      if (c == '.' && hasWildcards && i > 0) {
        Group<R> group = find(wildcards, h, authority, i + 1, length);
        if (group != null) result.push(found++, group);
      }
      h = 31 * h + Ascii.toLower(c);
    }
    Group<R> named = find(exact, h, authority, 0, length);
    if (named != null) named.search(result);
    while (found > 0) result.group(--found).search(result);
  }

  private static <R> @Nullable Group<R> find(
      @Nullable Group<R>[] table, int hash, Slice host, int from, int to) {
    int mask = table.length - 1;
    for (int slot = slot(hash, table.length); ; slot = (slot + 1) & mask) {
      Group<R> group = table[slot];
      if (group == null || group.isNamed(host, from, to)) return group;
    }
  }

  /** Entries that surely or perhaps cover {@code entry}, among others. Not for the request path. */
  List<RouteEntry<R>> covering(RouteEntry<R> entry) {
    List<RouteEntry<R>> found = new ArrayList<>();
    HostPattern host = entry.host();
    Slice name = Slice.of(host.name());
    switch (host.kind()) {
      case EXACT -> collect(lookUp(exact, name, 0), entry, found);
      case WILDCARD -> collect(lookUp(wildcards, name, 0), entry, found);
      case ANY -> {}
    }
    for (int dot = name.indexOf('.', 0); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      collect(lookUp(wildcards, name, dot + 1), entry, found);
    }
    collect(any, entry, found);
    return found;
  }

  private static <R> @Nullable Group<R> lookUp(@Nullable Group<R>[] table, Slice name, int from) {
    int h = HASH_START;
    for (int i = name.length() - 1; i >= from; i--) h = 31 * h + name.at(i);
    return find(table, h, name, from, name.length());
  }

  private static <R> void collect(
      @Nullable Group<R> group, RouteEntry<R> entry, List<RouteEntry<R>> into) {
    if (group == null) return;
    into.addAll(Arrays.asList(group.anyPath));
    if (entry.path().tail() != PathPattern.Tail.ANY)
      group.paths.collectCovering(entry.path(), 0, into);
  }

  /** All entries of one host pattern. */
  static final class Group<R> {
    private final String name;
    private final PathNode<R> paths;
    private final RouteEntry<R>[] anyPath;

    Group(String name, List<RouteEntry<R>> entries) {
      this.name = name;
      PathNode.Builder<R> tree = new PathNode.Builder<>();
      List<RouteEntry<R>> unbound = new ArrayList<>();
      for (RouteEntry<R> entry : entries) {
        if (entry.path().tail() == PathPattern.Tail.ANY) unbound.add(entry);
        else tree.add(entry);
      }
      paths = tree.build();
      anyPath = PathNode.entries(unbound);
    }

    void search(MatchResult<R> result) {
      Slice path = result.path();
      if (!path.isEmpty() && path.at(0) == '/') paths.search(result, 1, 0);
      result.offer(anyPath);
    }

    boolean isNamed(Slice host, int from, int to) {
      if (to - from != name.length()) return false;
      for (int i = 0; i < name.length(); i++) {
        if (Ascii.toLower(host.at(from + i)) != name.charAt(i)) return false;
      }
      return true;
    }
  }
}
