package dev.penstock.engine.cache;

import dev.penstock.engine.http.HeaderMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The request fields that a response varies by, with the values that it was made for (RFC 9111
 * §4.1). Values are compared in a form in which what means the same reads the same. Immutable.
 */
final class VaryFields {
  static final VaryFields NONE = new VaryFields(new String[0], new String[0], null);

  private static final List<String> CODINGS = List.of("br", "deflate", "gzip", "zstd");

  private final String[] names;
  private final String[] values;

  /** The language of the response, when it has one and varies by it. */
  private final @Nullable String language;

  private VaryFields(String[] names, String[] values, @Nullable String language) {
    this.names = names;
    this.values = values;
    this.language = language;
  }

  /**
   * The names that {@code response} lists, in lower case and in alphabetical order.
   *
   * @return null when it varies by everything, and so by nothing that we know
   */
  static @Nullable List<String> namesOf(HeaderMap response, CachePolicy policy) {
    int at = response.find("Vary", 0);
    if (at < 0) return List.of();
    TreeSet<String> names = new TreeSet<>();
    for (int i = at; i >= 0; i = response.find("Vary", i + 1)) {
      for (String part : response.value(i).split(",", -1)) {
        String name = part.strip().toLowerCase(Locale.ROOT);
        if (name.equals("*")) return null;
        if (!name.isEmpty() && !policy.ignoresVary(name)) names.add(name);
      }
    }
    return List.copyOf(names);
  }

  /** What {@code request} says in the fields of these names. */
  static VaryFields of(List<String> names, HeaderMap request, HeaderMap response) {
    if (names.isEmpty()) return NONE;
    String[] values = new String[names.size()];
    for (int i = 0; i < values.length; i++) values[i] = normal(names.get(i), request);
    String language = response.get("Content-Language");
    boolean knows = names.contains("accept-language") && language != null;
    return new VaryFields(
        names.toArray(String[]::new),
        values,
        knows && language != null ? language.strip().toLowerCase(Locale.ROOT) : null);
  }

  /** Of a response that was stored before. */
  static VaryFields restored(String[] names, String[] values, @Nullable String language) {
    return names.length == 0 ? NONE : new VaryFields(names, values, language);
  }

  boolean isEmpty() {
    return names.length == 0;
  }

  String[] names() {
    return names.clone();
  }

  String[] values() {
    return values.clone();
  }

  @Nullable String language() {
    return language;
  }

  /** Whether {@code request} would be answered with the same response. */
  boolean matches(HeaderMap request) {
    for (int i = 0; i < names.length; i++) {
      String value = normal(names[i], request);
      if (value.equals(values[i])) continue;
      // Another list of languages whose first choice is the one that this response is in.
      if (language == null
          || !names[i].equals("accept-language")
          || !language.equals(firstOf(value))) return false;
    }
    return true;
  }

  boolean sameAs(VaryFields other) {
    return Arrays.equals(names, other.names) && Arrays.equals(values, other.values);
  }

  /** Distinguishes requests that would get different responses, as a part of a key. */
  static String guess(String[] names, HeaderMap request) {
    StringBuilder guess = new StringBuilder();
    for (String name : names)
      guess.append(name).append('=').append(normal(name, request)).append('\n');
    return guess.toString();
  }

  private static String firstOf(String languages) {
    int end = languages.indexOf(',');
    String first = end < 0 ? languages : languages.substring(0, end);
    int semicolon = first.indexOf(';');
    return semicolon < 0 ? first : first.substring(0, semicolon);
  }

  // ---- one form for what means the same

  private static String normal(String name, HeaderMap request) {
    String value = request.joined(name);
    if (value == null) return "";
    return switch (name) {
      case "accept-encoding" -> codings(value);
      case "accept-language" -> languages(value);
      default -> withoutSpace(value);
    };
  }

  /** Only codings that servers really use tell responses apart: there are few combinations. */
  private static String codings(String value) {
    boolean[] accepted = new boolean[CODINGS.size()];
    for (String part : value.split(",", -1)) {
      String coding = nameOf(part);
      boolean isWanted = quality(part) > 0;
      for (int i = 0; i < accepted.length; i++) {
        if (coding.equals("*") ? isWanted : coding.equals(CODINGS.get(i))) accepted[i] = isWanted;
      }
    }
    StringBuilder normal = new StringBuilder();
    for (int i = 0; i < accepted.length; i++) {
      if (accepted[i]) normal.append(CODINGS.get(i)).append(',');
    }
    return normal.toString();
  }

  private record Language(String name, double quality) {}

  private static String languages(String value) {
    List<Language> all = new ArrayList<>();
    for (String part : value.split(",", -1)) {
      String name = nameOf(part);
      if (!name.isEmpty()) all.add(new Language(name, quality(part)));
    }
    all.sort(
        Comparator.comparingDouble(Language::quality).reversed().thenComparing(Language::name));
    StringBuilder normal = new StringBuilder();
    for (Language each : all) {
      if (!normal.isEmpty()) normal.append(',');
      normal.append(each.name);
      if (each.quality < 1) normal.append(";q=").append(each.quality);
    }
    return normal.toString();
  }

  private static String nameOf(String part) {
    int semicolon = part.indexOf(';');
    return (semicolon < 0 ? part : part.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
  }

  private static double quality(String part) {
    int at = part.toLowerCase(Locale.ROOT).indexOf("q=");
    if (part.indexOf(';') < 0 || at < 0) return 1;
    String number = part.substring(at + 2).strip();
    int end = number.indexOf(';');
    try {
      return Math.clamp(
          Double.parseDouble(end < 0 ? number : number.substring(0, end).strip()), 0, 1);
    } catch (NumberFormatException e) {
      return 1;
    }
  }

  /** Space around the members of a list says nothing; within quotes it stays. */
  private static String withoutSpace(String value) {
    if (value.indexOf(',') < 0) return value.strip();
    StringBuilder normal = new StringBuilder(value.length());
    boolean isQuoted = false;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"') isQuoted = !isQuoted;
      if (!isQuoted && (c == ' ' || c == '\t') && isAtEdge(value, i)) continue;
      normal.append(c);
    }
    return normal.toString();
  }

  private static boolean isAtEdge(String value, int at) {
    int before = at;
    while (before >= 0 && (value.charAt(before) == ' ' || value.charAt(before) == '\t')) before--;
    int behind = at;
    while (behind < value.length() && (value.charAt(behind) == ' ' || value.charAt(behind) == '\t'))
      behind++;
    return before < 0
        || behind == value.length()
        || value.charAt(before) == ','
        || value.charAt(behind) == ',';
  }
}
