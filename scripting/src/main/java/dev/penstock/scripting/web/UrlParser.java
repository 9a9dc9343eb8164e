package dev.penstock.scripting.web;

import java.util.ArrayList;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The basic URL parser (URL §4.4), one method per state.
 *
 * <p>States move forward over code points; each returns false when parsing failed or, under a state
 * override, is over. Strings are expected to hold no lone surrogates.
 */
final class UrlParser {
  /** Where parsing stands; the ones that setters begin in are called overrides. */
  enum State {
    SCHEME_START,
    SCHEME,
    NO_SCHEME,
    SPECIAL_RELATIVE_OR_AUTHORITY,
    PATH_OR_AUTHORITY,
    RELATIVE,
    RELATIVE_SLASH,
    SPECIAL_AUTHORITY_SLASHES,
    SPECIAL_AUTHORITY_IGNORE_SLASHES,
    AUTHORITY,
    HOST,
    HOSTNAME,
    PORT,
    FILE,
    FILE_SLASH,
    FILE_HOST,
    PATH_START,
    PATH,
    OPAQUE_PATH,
    QUERY,
    FRAGMENT
  }

  private static final int EOF = -1;

  private final int[] input;
  private final UrlRecord url;
  private final @Nullable UrlRecord base;
  private final @Nullable State override;
  private final StringBuilder buffer = new StringBuilder();
  private State state;
  private int at;
  private int c;
  private boolean isFailure;
  private boolean sawAt;
  private boolean inBrackets;
  private boolean sawPasswordToken;

  private UrlParser(
      int[] input, UrlRecord url, @Nullable UrlRecord base, @Nullable State override) {
    this.input = input;
    this.url = url;
    this.base = base;
    this.override = override;
    state = override == null ? State.SCHEME_START : override;
  }

  /**
   * @return null on failure
   */
  static @Nullable UrlRecord parse(String text, @Nullable UrlRecord base) {
    int from = 0;
    int to = text.length();
    while (from < to && text.charAt(from) <= ' ') from++;
    while (to > from && text.charAt(to - 1) <= ' ') to--;
    UrlParser parser =
        new UrlParser(codePoints(text.substring(from, to)), new UrlRecord(), base, null);
    parser.run();
    return parser.isFailure ? null : parser.url;
  }

  /**
   * For setters: parses a part of {@code url}; false, and as it was, where the part is not valid.
   */
  static boolean parseInto(String text, UrlRecord url, State override) {
    UrlParser parser = new UrlParser(codePoints(text), url, null, override);
    parser.run();
    return !parser.isFailure;
  }

  private static int[] codePoints(String text) {
    boolean hasWhite =
        text.indexOf('\t') >= 0 || text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
    int[] all = new int[text.length()];
    int n = 0;
    for (int i = 0; i < text.length(); ) {
      int cp = text.codePointAt(i);
      i += Character.charCount(cp);
      if (hasWhite && (cp == '\t' || cp == '\n' || cp == '\r')) continue;
      all[n++] = cp;
    }
    return n == all.length ? all : java.util.Arrays.copyOf(all, n);
  }

  private void run() {
    for (at = 0; ; at++) {
      c = at < input.length ? input[at] : EOF;
      if (!step()) return;
      if (at >= 0 && at >= input.length) return;
    }
  }

  private boolean step() {
    return switch (state) {
      case SCHEME_START -> schemeStart();
      case SCHEME -> scheme();
      case NO_SCHEME -> noScheme();
      case SPECIAL_RELATIVE_OR_AUTHORITY -> {
        if (c == '/' && peek(1) == '/') {
          state = State.SPECIAL_AUTHORITY_IGNORE_SLASHES;
          at++;
        } else {
          again(State.RELATIVE);
        }
        yield true;
      }
      case PATH_OR_AUTHORITY -> {
        if (c == '/') state = State.AUTHORITY;
        else again(State.PATH);
        yield true;
      }
      case RELATIVE -> relative();
      case RELATIVE_SLASH -> relativeSlash();
      case SPECIAL_AUTHORITY_SLASHES -> {
        if (c == '/' && peek(1) == '/') {
          state = State.SPECIAL_AUTHORITY_IGNORE_SLASHES;
          at++;
        } else {
          again(State.SPECIAL_AUTHORITY_IGNORE_SLASHES);
        }
        yield true;
      }
      case SPECIAL_AUTHORITY_IGNORE_SLASHES -> {
        if (c != '/' && c != '\\') again(State.AUTHORITY);
        yield true;
      }
      case AUTHORITY -> authority();
      case HOST, HOSTNAME -> host();
      case PORT -> port();
      case FILE -> file();
      case FILE_SLASH -> fileSlash();
      case FILE_HOST -> fileHost();
      case PATH_START -> pathStart();
      case PATH -> path();
      case OPAQUE_PATH -> opaquePath();
      case QUERY -> query();
      case FRAGMENT -> {
        if (c != EOF) {
          StringBuilder out = new StringBuilder(url.fragment == null ? "" : url.fragment);
          for (; at < input.length; at++) PercentSet.FRAGMENT.append(out, input[at]);
          url.fragment = out.toString();
        }
        yield true;
      }
    };
  }

  private int peek(int ahead) {
    return at + ahead < input.length ? input[at + ahead] : EOF;
  }

  /** Goes to {@code next} with the same code point. */
  private void again(State next) {
    state = next;
    at--;
  }

  private boolean fail() {
    isFailure = true;
    return false;
  }

  private static boolean isAlpha(int c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private boolean isSpecialBackslash() {
    return c == '\\' && url.isSpecial();
  }

  private boolean schemeStart() {
    if (isAlpha(c)) {
      buffer.append((char) (c | 0x20));
      state = State.SCHEME;
      return true;
    }
    if (override != null) return fail();
    again(State.NO_SCHEME);
    return true;
  }

  private boolean scheme() {
    if (isAlpha(c) || isDigit(c) || c == '+' || c == '-' || c == '.') {
      buffer.append((char) (isAlpha(c) ? c | 0x20 : c));
      return true;
    }
    if (c != ':') {
      if (override != null) return fail();
      buffer.setLength(0);
      state = State.NO_SCHEME;
      at = -1;
      return true;
    }
    String scheme = buffer.toString();
    if (override != null) {
      if (UrlRecord.isSpecial(scheme) != url.isSpecial()) return false;
      if (scheme.equals("file") && (url.hasCredentials() || url.port >= 0)) return false;
      if (url.scheme.equals("file") && "".equals(url.host)) return false;
      url.scheme = scheme;
      if (url.port == UrlRecord.defaultPort(scheme)) url.port = -1;
      return false;
    }
    url.scheme = scheme;
    buffer.setLength(0);
    if (scheme.equals("file")) {
      state = State.FILE;
    } else if (url.isSpecial() && base != null && base.scheme.equals(scheme)) {
      state = State.SPECIAL_RELATIVE_OR_AUTHORITY;
    } else if (url.isSpecial()) {
      state = State.SPECIAL_AUTHORITY_SLASHES;
    } else if (peek(1) == '/') {
      state = State.PATH_OR_AUTHORITY;
      at++;
    } else {
      url.opaquePath = "";
      state = State.OPAQUE_PATH;
    }
    return true;
  }

  private boolean noScheme() {
    if (base == null || base.opaquePath != null && c != '#') return fail();
    if (base.opaquePath != null) {
      url.scheme = base.scheme;
      url.opaquePath = base.opaquePath;
      url.query = base.query;
      url.fragment = "";
      state = State.FRAGMENT;
    } else {
      again(base.scheme.equals("file") ? State.FILE : State.RELATIVE);
    }
    return true;
  }

  private boolean relative() {
    UrlRecord from = requireBase();
    url.scheme = from.scheme;
    if (c == '/') {
      state = State.RELATIVE_SLASH;
      return true;
    }
    if (isSpecialBackslash()) {
      state = State.RELATIVE_SLASH;
      return true;
    }
    copyAuthority(from);
    url.path = new ArrayList<>(from.path);
    url.query = from.query;
    afterBasePath(true);
    return true;
  }

  private void afterBasePath(boolean isRelative) {
    if (c == '?') {
      url.query = "";
      state = State.QUERY;
    } else if (c == '#') {
      url.fragment = "";
      state = State.FRAGMENT;
    } else if (c != EOF) {
      url.query = null;
      if (isRelative) {
        shortenPath();
      } else if (!startsWithDriveLetter(at)) {
        shortenPath();
      } else {
        url.path.clear();
      }
      again(State.PATH);
    }
  }

  private UrlRecord requireBase() {
    return Objects.requireNonNull(base, "a relative state without a base");
  }

  private void copyAuthority(UrlRecord from) {
    url.username = from.username;
    url.password = from.password;
    url.host = from.host;
    url.port = from.port;
  }

  private boolean relativeSlash() {
    if (url.isSpecial() && (c == '/' || c == '\\')) {
      state = State.SPECIAL_AUTHORITY_IGNORE_SLASHES;
    } else if (c == '/') {
      state = State.AUTHORITY;
    } else {
      copyAuthority(requireBase());
      again(State.PATH);
    }
    return true;
  }

  private boolean authority() {
    if (c == '@') {
      String text = sawAt ? "%40" + buffer : buffer.toString();
      sawAt = true;
      StringBuilder user = new StringBuilder(url.username);
      StringBuilder password = new StringBuilder(url.password);
      for (int i = 0; i < text.length(); ) {
        int cp = text.codePointAt(i);
        i += Character.charCount(cp);
        if (cp == ':' && !sawPasswordToken) sawPasswordToken = true;
        else PercentSet.USERINFO.append(sawPasswordToken ? password : user, cp);
      }
      url.username = user.toString();
      url.password = password.toString();
      buffer.setLength(0);
      return true;
    }
    if (isEndOfAuthority()) {
      if (sawAt && buffer.isEmpty()) return fail();
      at -= buffer.codePointCount(0, buffer.length()) + 1;
      buffer.setLength(0);
      state = State.HOST;
      return true;
    }
    buffer.appendCodePoint(c);
    return true;
  }

  private boolean isEndOfAuthority() {
    return c == EOF || c == '/' || c == '?' || c == '#' || isSpecialBackslash();
  }

  private boolean host() {
    if (override != null && url.scheme.equals("file")) {
      again(State.FILE_HOST);
      return true;
    }
    if (c == ':' && !inBrackets) {
      if (buffer.isEmpty()) return fail();
      if (override == State.HOSTNAME) return fail();
      String host = UrlHosts.parse(buffer.toString(), !url.isSpecial());
      if (host == null) return fail();
      url.host = host;
      buffer.setLength(0);
      state = State.PORT;
      return true;
    }
    if (isEndOfAuthority()) {
      at--;
      if (url.isSpecial() && buffer.isEmpty()) return fail();
      if (override != null && buffer.isEmpty() && (url.hasCredentials() || url.port >= 0))
        return fail();
      String host = UrlHosts.parse(buffer.toString(), !url.isSpecial());
      if (host == null) return fail();
      url.host = host;
      buffer.setLength(0);
      state = State.PATH_START;
      return override == null;
    }
    if (c == '[') inBrackets = true;
    if (c == ']') inBrackets = false;
    buffer.appendCodePoint(c);
    return true;
  }

  private boolean port() {
    if (isDigit(c)) {
      buffer.append((char) c);
      return true;
    }
    if (isEndOfAuthority() || override != null) {
      if (!buffer.isEmpty()) {
        int port = 0;
        for (int i = 0; i < buffer.length(); i++) {
          port = port * 10 + buffer.charAt(i) - '0';
          if (port > 65535) return fail();
        }
        url.port = port == UrlRecord.defaultPort(url.scheme) ? -1 : port;
        buffer.setLength(0);
        if (override != null) return false;
      }
      if (override != null) return fail();
      again(State.PATH_START);
      return true;
    }
    return fail();
  }

  private boolean file() {
    url.scheme = "file";
    url.host = "";
    if (c == '/' || c == '\\') {
      state = State.FILE_SLASH;
    } else if (base != null && base.scheme.equals("file")) {
      url.host = base.host;
      url.path = new ArrayList<>(base.path);
      url.query = base.query;
      afterBasePath(false);
    } else {
      again(State.PATH);
    }
    return true;
  }

  private boolean fileSlash() {
    if (c == '/' || c == '\\') {
      state = State.FILE_HOST;
      return true;
    }
    if (base != null && base.scheme.equals("file")) {
      url.host = base.host;
      if (!startsWithDriveLetter(at)
          && !base.path.isEmpty()
          && isNormalizedDriveLetter(base.path.get(0))) {
        url.path.add(base.path.get(0));
      }
    }
    again(State.PATH);
    return true;
  }

  private boolean fileHost() {
    if (c != EOF && c != '/' && c != '\\' && c != '?' && c != '#') {
      buffer.appendCodePoint(c);
      return true;
    }
    at--;
    if (override == null && isDriveLetter(buffer)) {
      state = State.PATH;
      return true;
    }
    if (buffer.isEmpty()) {
      url.host = "";
      if (override != null) return false;
      state = State.PATH_START;
      return true;
    }
    String host = UrlHosts.parse(buffer.toString(), !url.isSpecial());
    if (host == null) return fail();
    url.host = host.equals("localhost") ? "" : host;
    if (override != null) return false;
    buffer.setLength(0);
    state = State.PATH_START;
    return true;
  }

  private boolean pathStart() {
    if (url.isSpecial()) {
      state = State.PATH;
      if (c != '/' && c != '\\') at--;
    } else if (override == null && c == '?') {
      url.query = "";
      state = State.QUERY;
    } else if (override == null && c == '#') {
      url.fragment = "";
      state = State.FRAGMENT;
    } else if (c != EOF) {
      state = State.PATH;
      if (c != '/') at--;
    } else if (override != null && url.host == null) {
      url.path.add("");
    }
    return true;
  }

  private boolean path() {
    boolean isSlash = c == '/' || isSpecialBackslash();
    if (c != EOF && !isSlash && (override != null || c != '?' && c != '#')) {
      PercentSet.PATH.append(buffer, c);
      return true;
    }
    String segment = buffer.toString();
    if (isDoubleDot(segment)) {
      shortenPath();
      if (!isSlash) url.path.add("");
    } else if (isSingleDot(segment)) {
      if (!isSlash) url.path.add("");
    } else {
      if (url.scheme.equals("file") && url.path.isEmpty() && isDriveLetter(buffer)) {
        segment = segment.charAt(0) + ":";
      }
      url.path.add(segment);
    }
    buffer.setLength(0);
    if (c == '?') {
      url.query = "";
      state = State.QUERY;
    } else if (c == '#') {
      url.fragment = "";
      state = State.FRAGMENT;
    }
    return true;
  }

  private boolean opaquePath() {
    if (c == '?') {
      url.query = "";
      state = State.QUERY;
    } else if (c == '#') {
      url.fragment = "";
      state = State.FRAGMENT;
    } else if (c == ' ') {
      int next = peek(1);
      buffer.append(next == '?' || next == '#' ? "%20" : " ");
    } else if (c != EOF) {
      PercentSet.C0.append(buffer, c);
    }
    if (state != State.OPAQUE_PATH || c == EOF) {
      url.opaquePath = buffer.toString();
      buffer.setLength(0);
    }
    return true;
  }

  private boolean query() {
    PercentSet set = url.isSpecial() ? PercentSet.SPECIAL_QUERY : PercentSet.QUERY;
    StringBuilder out = new StringBuilder(url.query == null ? "" : url.query);
    for (; at < input.length; at++) {
      if (input[at] == '#' && override == null) {
        url.fragment = "";
        state = State.FRAGMENT;
        break;
      }
      set.append(out, input[at]);
    }
    url.query = out.toString();
    return true;
  }

  private void shortenPath() {
    if (url.path.isEmpty()) return;
    if (url.scheme.equals("file")
        && url.path.size() == 1
        && isNormalizedDriveLetter(url.path.get(0))) return;
    url.path.removeLast();
  }

  private static boolean isSingleDot(String segment) {
    return segment.equals(".") || segment.equalsIgnoreCase("%2e");
  }

  private static boolean isDoubleDot(String segment) {
    if (segment.equals("..")) return true;
    if (segment.length() < 4 || segment.length() > 6) return false;
    String lower = segment.toLowerCase(Locale.ROOT);
    return lower.equals(".%2e") || lower.equals("%2e.") || lower.equals("%2e%2e");
  }

  private static boolean isDriveLetter(CharSequence s) {
    return s.length() == 2 && isAlpha(s.charAt(0)) && (s.charAt(1) == ':' || s.charAt(1) == '|');
  }

  private static boolean isNormalizedDriveLetter(String s) {
    return s.length() == 2 && isAlpha(s.charAt(0)) && s.charAt(1) == ':';
  }

  private boolean startsWithDriveLetter(int from) {
    if (input.length - from < 2 || !isAlpha(input[from])) return false;
    if (input[from + 1] != ':' && input[from + 1] != '|') return false;
    if (input.length - from == 2) return true;
    int next = input[from + 2];
    return next == '/' || next == '\\' || next == '?' || next == '#';
  }
}
