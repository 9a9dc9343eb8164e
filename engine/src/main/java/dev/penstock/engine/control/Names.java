package dev.penstock.engine.control;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Names as messages need them: in lower-dash, quoted, listed, and the one that was probably meant.
 */
final class Names {
  private static final int MAX_SHOWN = 60;
  private static final int MAX_LISTED = 30;

  private Names() {}

  /**
   * {@code maxHeadBytes}, {@code MAX_HEAD_BYTES} and {@code MaxHeadBytes} are {@code
   * max-head-bytes}.
   */
  static String lowerDash(String name) {
    if (name.toUpperCase(Locale.ROOT).equals(name))
      return name.toLowerCase(Locale.ROOT).replace('_', '-');
    StringBuilder out = new StringBuilder(name.length() + 4);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isUpperCase(c) && i > 0) out.append('-');
      out.append(Character.toLowerCase(c));
    }
    return out.toString();
  }

  /** {@code a filter}, {@code an endpoint discovery}. */
  static String one(String noun) {
    return ("aeiou".indexOf(noun.charAt(0)) < 0 ? "a " : "an ") + noun;
  }

  /** In double quotes, on one line, cut when long. */
  static String quote(String text) {
    String cut = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
    StringBuilder out = new StringBuilder(cut.length() + 2).append('"');
    for (int i = 0; i < cut.length(); i++) {
      char c = cut.charAt(i);
      if (c == '\n') out.append("\\n");
      else if (c == '"') out.append("\\\"");
      else if (Character.isISOControl(c)) out.append(' ');
      else out.append(c);
    }
    return out.append('"').toString();
  }

  /** {@code "a", "b"}; the first thirty when there are more. */
  static String list(Collection<String> names) {
    StringBuilder out = new StringBuilder();
    int count = 0;
    for (String name : names) {
      if (count == MAX_LISTED)
        return out.append(" and ").append(names.size() - count).append(" more").toString();
      if (count++ > 0) out.append(", ");
      out.append(quote(name));
    }
    return out.toString();
  }

  /**
   * What helps somebody who wrote {@code wrong}: the name that was probably meant, and all that are
   * known.
   *
   * @param known in the order to be shown
   */
  static String remedy(String wrong, Collection<String> known) {
    return remedy(wrong, known, known);
  }

  /**
   * @param candidates what may have been meant, more than {@code known}
   */
  static String remedy(String wrong, Collection<String> known, Collection<String> candidates) {
    if (known.isEmpty()) return "none is known";
    String near = nearest(wrong, candidates);
    String listed = "known: " + list(known);
    return near == null ? listed : "did you mean " + quote(near) + "? " + listed;
  }

  /**
   * The candidate within a third of the length in edits, or that differs in case and punctuation
   * only.
   */
  static @Nullable String nearest(String wrong, Collection<String> candidates) {
    String best = null;
    int bestDistance = Integer.MAX_VALUE;
    String bare = bare(wrong);
    for (String candidate : new TreeSet<>(candidates)) {
      int distance = bare(candidate).equals(bare) ? 0 : distance(wrong, candidate);
      int allowed = Math.max(1, Math.min(wrong.length(), candidate.length()) / 3);
      if (distance <= allowed && distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return best;
  }

  private static String bare(String name) {
    return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }

  /**
   * Insertions, deletions, replacements and swaps of neighbours that lead from one to the other.
   */
  static int distance(String a, String b) {
    int[] before = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) last[j] = j;
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + cost);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], before[j - 2] + 1);
        }
      }
      int[] free = before;
      before = last;
      last = row;
      row = free;
    }
    return last[b.length()];
  }

  /** {@code a}, {@code a and b}, {@code a, b and c}. */
  static String and(List<String> words) {
    int count = words.size();
    if (count < 2) return String.join("", words);
    return String.join(", ", words.subList(0, count - 1)) + " and " + words.get(count - 1);
  }
}
