package dev.penstock.admin;

import java.util.ArrayList;
import java.util.List;

/** What differs between two texts, as {@code diff -u} shows it. */
final class LineDifference {
  private static final int CONTEXT = 3;
  private static final int MOST_CELLS = 25_000_000;

  private LineDifference() {}

  private record Line(char kind, String text, int before, int after) {}

  static String unified(String beforeName, String before, String afterName, String after) {
    List<Line> lines = lines(before.lines().toList(), after.lines().toList());
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < lines.size()) {
      if (lines.get(at).kind == ' ') {
        at++;
        continue;
      }
      int from = Math.max(0, at - CONTEXT);
      int to = at;
      for (int i = at; i < lines.size() && i <= to + 2 * CONTEXT; i++)
        if (lines.get(i).kind != ' ') to = i;
      to = Math.min(lines.size(), to + CONTEXT + 1);
      if (out.isEmpty())
        out.append("--- ").append(beforeName).append("\n+++ ").append(afterName).append('\n');
      hunk(lines.subList(from, to), out);
      at = to;
    }
    return out.toString();
  }

  private static void hunk(List<Line> lines, StringBuilder out) {
    long before = lines.stream().filter(each -> each.kind != '+').count();
    long after = lines.stream().filter(each -> each.kind != '-').count();
    out.append(
        "@@ -%d,%d +%d,%d @@%n"
            .formatted(lines.getFirst().before, before, lines.getFirst().after, after));
    for (Line each : lines) out.append(each.kind).append(each.text).append('\n');
  }

  /**
   * By the longest common subsequence; of texts too long for that, all of one and all of the other.
   */
  private static List<Line> lines(List<String> before, List<String> after) {
    int start = 0;
    int shorter = Math.min(before.size(), after.size());
    while (start < shorter && before.get(start).equals(after.get(start))) start++;
    int end = 0;
    while (end < shorter - start
        && before.get(before.size() - 1 - end).equals(after.get(after.size() - 1 - end))) end++;
    List<String> old = before.subList(start, before.size() - end);
    List<String> now = after.subList(start, after.size() - end);
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < start; i++) lines.add(new Line(' ', before.get(i), i + 1, i + 1));
    boolean isSmall = (long) old.size() * now.size() <= MOST_CELLS;
    int[][] common = isSmall ? common(old, now) : new int[0][0];
    int i = 0;
    int j = 0;
    while (i < old.size() || j < now.size()) {
      boolean isSame = isSmall && i < old.size() && j < now.size() && old.get(i).equals(now.get(j));
      if (isSame) lines.add(new Line(' ', old.get(i), start + ++i, start + ++j));
      else if (i < old.size()
          && (!isSmall || j == now.size() || common[i + 1][j] >= common[i][j + 1]))
        lines.add(new Line('-', old.get(i), start + ++i, start + j + 1));
      else lines.add(new Line('+', now.get(j), start + i + 1, start + ++j));
    }
    for (int k = 0; k < end; k++) {
      int a = before.size() - end + k;
      lines.add(new Line(' ', before.get(a), a + 1, after.size() - end + k + 1));
    }
    return lines;
  }

  private static int[][] common(List<String> a, List<String> b) {
    int[][] length = new int[a.size() + 1][b.size() + 1];
    for (int i = a.size() - 1; i >= 0; i--)
      for (int j = b.size() - 1; j >= 0; j--)
        length[i][j] =
            a.get(i).equals(b.get(j))
                ? length[i + 1][j + 1] + 1
                : Math.max(length[i + 1][j], length[i][j + 1]);
    return length;
  }
}
