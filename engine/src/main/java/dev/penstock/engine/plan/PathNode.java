package dev.penstock.engine.plan;

import dev.penstock.engine.bytes.Slice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A place in the tree of paths: what is reached by the segments so far. Segments of literal text
 * are found by hash, so a node with ten thousand children costs what a node with one does.
 *
 * <p>The search looks at the literal child and then at the parameter child of a node; it leaves a
 * branch out when all its entries rank behind what is found already. So it visits no node twice,
 * none deeper than the patterns are, and usually those of one branch only.
 */
final class PathNode<R> {
  private final byte[][] keys;
  private final @Nullable PathNode<R>[] children;
  private final @Nullable PathNode<R> parameter;
  private final RouteEntry<R>[] ends;
  private final RouteEntry<R>[] regexes;
  private final RouteEntry<R>[] rests;
  private final int bestRank;

  private PathNode(Builder<R> builder) {
    int size = Integer.highestOneBit(Math.max(1, builder.children.size() * 2 - 1)) * 2;
    keys = new byte[size][];
    children = nodes(size);
    int best = Integer.MAX_VALUE;
    for (Map.Entry<String, Builder<R>> child : builder.children.entrySet()) {
      byte[] key = child.getKey().getBytes(StandardCharsets.ISO_8859_1);
      int slot = hash(key, 0, key.length) & (size - 1);
      while (children[slot] != null) slot = (slot + 1) & (size - 1);
      keys[slot] = key;
      PathNode<R> node = child.getValue().build();
      children[slot] = node;
      best = Math.min(best, node.bestRank);
    }
    parameter = builder.parameter == null ? null : builder.parameter.build();
    if (parameter != null) best = Math.min(best, parameter.bestRank);
    ends = entries(builder.ends);
    regexes = entries(builder.regexes);
    rests = entries(builder.rests);
    for (RouteEntry<R>[] own : List.of(ends, regexes, rests)) {
      if (own.length > 0) best = Math.min(best, own[0].rank());
    }
    bestRank = best;
  }

  @SuppressWarnings({
    "unchecked",
    "rawtypes"
  }) // an array of a generic class has no other way to be made
  private static <R> @Nullable PathNode<R>[] nodes(int size) {
    return new PathNode[size];
  }

  /** By rank, best first. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  static <R> RouteEntry<R>[] entries(List<RouteEntry<R>> entries) {
    RouteEntry<R>[] all = entries.toArray(new RouteEntry[0]);
    Arrays.sort(all, (a, b) -> Integer.compare(a.rank(), b.rank()));
    return all;
  }

  int bestRank() {
    return bestRank;
  }

  /**
   * Offers all entries of this branch that match the path, to {@code result}.
   *
   * @param from where the next segment begins in the path; behind its end when there is none
   * @param captures parameters captured so far
   */
  void search(MatchResult<R> result, int from, int captures) {
    if (!result.canWin(bestRank)) return;
    Slice path = result.path();
    int length = path.length();
    if (from > length) {
      result.offer(ends);
      if (rests.length > 0) {
        result.span(captures, length, length);
        result.offer(rests);
      }
      return;
    }
    int end = path.indexOf('/', from);
    if (end < 0) end = length;
    PathNode<R> child = child(path.array(), path.offset() + from, end - from);
    if (child != null) child.search(result, end + 1, captures);
    if (parameter != null && end > from) {
      result.span(captures, from, end);
      parameter.search(result, end + 1, captures + 1);
    }
    if (regexes.length > 0) result.offerRegex(regexes);
    if (rests.length > 0) {
      result.span(captures, from, length);
      result.offer(rests);
    }
  }

  private @Nullable PathNode<R> child(byte[] b, int from, int length) {
    int mask = keys.length - 1;
    for (int slot = hash(b, from, length) & mask; ; slot = (slot + 1) & mask) {
      PathNode<R> node = children[slot];
      if (node == null) return null;
      byte[] key = keys[slot];
      if (Arrays.equals(key, 0, key.length, b, from, from + length)) return node;
    }
  }

  private static int hash(byte[] b, int from, int length) {
    int h = length;
    for (int i = from; i < from + length; i++) h = 31 * h + b[i];
    return h ^ h >>> 15;
  }

  /**
   * Adds all entries whose path covers {@code pattern}, perhaps with some that do not. Not for the
   * request path.
   */
  void collectCovering(PathPattern pattern, int depth, List<RouteEntry<R>> into) {
    into.addAll(Arrays.asList(rests));
    if (depth < pattern.segments().size()) {
      String literal = pattern.segments().get(depth).literal();
      if (literal != null) {
        byte[] key = literal.getBytes(StandardCharsets.ISO_8859_1);
        PathNode<R> child = child(key, 0, key.length);
        if (child != null) child.collectCovering(pattern, depth + 1, into);
      }
      if (parameter != null) parameter.collectCovering(pattern, depth + 1, into);
    } else {
      into.addAll(Arrays.asList(ends));
      into.addAll(Arrays.asList(regexes));
    }
  }

  static final class Builder<R> {
    private final Map<String, Builder<R>> children = new LinkedHashMap<>();
    private final List<RouteEntry<R>> ends = new ArrayList<>();
    private final List<RouteEntry<R>> regexes = new ArrayList<>();
    private final List<RouteEntry<R>> rests = new ArrayList<>();
    private @Nullable Builder<R> parameter;

    void add(RouteEntry<R> entry) {
      Builder<R> at = this;
      for (PathPattern.Segment segment : entry.path().segments()) at = at.child(segment.literal());
      switch (entry.path().tail()) {
        case END -> at.ends.add(entry);
        case REGEX -> at.regexes.add(entry);
        case CATCH_ALL -> at.rests.add(entry);
        case ANY ->
            throw new IllegalArgumentException("an entry for any path has no place in the tree");
      }
    }

    private Builder<R> child(@Nullable String literal) {
      if (literal != null) return children.computeIfAbsent(literal, _ -> new Builder<>());
      if (parameter == null) parameter = new Builder<>();
      return parameter;
    }

    PathNode<R> build() {
      return new PathNode<>(this);
    }
  }
}
