package dev.penstock.plugins.host;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The versions of the API that a plugin works with: {@code 1.2} for "1.2 and all later of 1", or an
 * interval such as {@code [1.2,3.0)}.
 *
 * @param from the lowest
 * @param to the first above
 * @param text as the manifest has it
 */
record ApiRange(Version from, Version to, String text) {
  private static final Pattern INTERVAL =
      Pattern.compile("\\[\\s*([^,]+?)\\s*,\\s*([^,]+?)\\s*\\)");

  record Version(int major, int minor) implements Comparable<Version> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,6})(?:\\.(\\d{1,6}))?");

    static Version parse(String text) {
      Matcher form = FORM.matcher(text);
      if (!form.matches()) throw new IllegalArgumentException("\"" + text + "\" is no version");
      String minor = form.group(2);
      return new Version(
          Integer.parseInt(form.group(1)), minor == null ? 0 : Integer.parseInt(minor));
    }

    @Override
    public int compareTo(Version other) {
      return major != other.major
          ? Integer.compare(major, other.major)
          : Integer.compare(minor, other.minor);
    }
  }

  /**
   * @throws IllegalArgumentException with a sentence for the user
   */
  static ApiRange parse(String text) {
    Matcher interval = INTERVAL.matcher(text.strip());
    if (!interval.matches()) {
      Version from = Version.parse(text.strip());
      return new ApiRange(from, new Version(from.major() + 1, 0), text.strip());
    }
    Version from = Version.parse(interval.group(1));
    Version to = Version.parse(interval.group(2));
    if (from.compareTo(to) >= 0) throw new IllegalArgumentException("the interval is empty");
    return new ApiRange(from, to, text.strip());
  }

  boolean contains(String version) {
    Version asked = Version.parse(version);
    return from.compareTo(asked) <= 0 && asked.compareTo(to) < 0;
  }
}
