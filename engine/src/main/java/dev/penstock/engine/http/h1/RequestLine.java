package dev.penstock.engine.http.h1;

import dev.penstock.engine.http.Authority;
import dev.penstock.engine.http.HttpVersion;
import dev.penstock.engine.http.Methods;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.RequestTarget;
import dev.penstock.engine.http.Violation;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The first line of a request (RFC 9112 §3): method, target in one of its four forms, version. One
 * empty line before it is passed over (§2.2).
 *
 * <pre>
 * START ──► METHOD ─ SP ─► TARGET ─ SP ─► VERSION ─ CR ─► LF ─► done
 *   └ CR ─► EMPTY_LF ─► METHOD
 * </pre>
 */
final class RequestLine {
  private static final int START = 0;
  private static final int EMPTY_LF = 1;
  private static final int METHOD = 2;
  private static final int TARGET = 3;
  private static final int VERSION = 4;
  private static final int LF = 5;
  private static final byte[] ANY = {'*'};

  private final HeadScanner scanner;
  private final int maxBytes;
  private int phase;
  private int lineAt;
  private int targetAt;
  private int versionAt;
  private int versionEnd;

  RequestLine(HeadScanner scanner, int maxBytes) {
    this.scanner = scanner;
    this.maxBytes = maxBytes;
  }

  void begin() {
    phase = START;
    lineAt = 0;
  }

  /** Whether a byte of the line itself was seen; an empty line before it does not count. */
  boolean hasBegun() {
    return phase >= METHOD && scanner.at > lineAt;
  }

  /** Reads as far as there are bytes: {@link Scan#MORE}, {@code DONE} or {@code FAILED}. */
  int scan() {
    byte[] b = scanner.text;
    int end = scanner.filled;
    int i = scanner.at;
    while (true) {
      int stop = Math.min(end, lineAt + maxBytes);
      switch (phase) {
        case START -> {
          if (i == end) return scanner.more(i);
          if (b[i] == '\r') {
            i++;
            phase = EMPTY_LF;
          } else {
            if (b[i] == '\n') {
              if (!scanner.mayEndWithLf()) return scanner.fail(Violation.BARE_LF);
              i++;
            }
            lineAt = i;
            phase = METHOD;
          }
        }
        case EMPTY_LF -> {
          if (i == end) return scanner.more(i);
          if (b[i] != '\n') return scanner.fail(Violation.BARE_CR);
          lineAt = ++i;
          phase = METHOD;
        }
        case METHOD -> {
          i = Scan.token(b, i, stop);
          if (i == end) return scanner.more(i);
          if (i == stop) return scanner.fail(Violation.TARGET_TOO_LONG);
          if (b[i] != ' ' || i == lineAt) return scanner.fail(badMethod(b[i]));
          targetAt = ++i;
          phase = TARGET;
        }
        case TARGET -> {
          i = Scan.visible(b, i, stop);
          if (i == end) return scanner.more(i);
          if (i == stop) return scanner.fail(Violation.TARGET_TOO_LONG);
          if (b[i] != ' ' || i == targetAt) return scanner.fail(badTarget(b[i]));
          versionAt = ++i;
          phase = VERSION;
        }
        case VERSION -> {
          i = Scan.visible(b, i, stop);
          if (i == end) return scanner.more(i);
          versionEnd = i;
          byte c = b[i];
          if (c == '\r') {
            i++;
            phase = LF;
          } else if (c == '\n') {
            if (!scanner.mayEndWithLf()) return scanner.fail(Violation.BARE_LF);
            return scanner.done(i + 1);
          } else if (i == stop) {
            return scanner.fail(Violation.TARGET_TOO_LONG);
          } else {
            return scanner.fail(
                c == ' ' ? Violation.REQUEST_LINE_INVALID : Violation.VERSION_INVALID);
          }
        }
        default -> {
          if (i == end) return scanner.more(i);
          if (b[i] != '\n') return scanner.fail(Violation.BARE_CR);
          return scanner.done(i + 1);
        }
      }
    }
  }

  /** Puts the line into {@code head}, whose array holds it; null when all is well. */
  @Nullable Violation fill(RequestHead head) {
    byte[] b = scanner.text;
    int methodLength = targetAt - 1 - lineAt;
    String known = Methods.find(b, lineAt, methodLength);
    head.method(
        known != null ? known : new String(b, lineAt, methodLength, StandardCharsets.ISO_8859_1));
    head.target().point(b, targetAt, versionAt - 1 - targetAt);
    int digits = Version.digits(b, versionAt, versionEnd - versionAt);
    if (digits < 0) return Violation.VERSION_INVALID;
    if (digits != 10 && digits != 11) return Violation.VERSION_UNSUPPORTED;
    head.version(digits == 11 ? HttpVersion.HTTP_1_1 : HttpVersion.HTTP_1_0);
    return target(b, head);
  }

  private @Nullable Violation target(byte[] b, RequestHead head) {
    int end = versionAt - 1;
    if (head.isMethod(Methods.CONNECT)) return authorityForm(b, end, head);
    if (b[targetAt] == '/') return RequestTarget.fill(b, targetAt, end, head);
    if (b[targetAt] == '*' && end - targetAt == 1) {
      if (!head.isMethod(Methods.OPTIONS)) return Violation.TARGET_INVALID;
      head.pathSlice().point(ANY, 0, 1);
      return null;
    }
    int authorityAt = schemeEnd(head);
    return authorityAt < 0 ? Violation.TARGET_INVALID : absoluteForm(b, authorityAt, end, head);
  }

  private @Nullable Violation authorityForm(byte[] b, int end, RequestHead head) {
    int length = end - targetAt;
    if (head.target().indexOf('@', 0) >= 0) return Violation.USERINFO_IN_TARGET;
    if (!Authority.hasPort(b, targetAt, length)) return Violation.TARGET_INVALID;
    head.authority().point(b, targetAt, length);
    return null;
  }

  private @Nullable Violation absoluteForm(byte[] b, int authorityAt, int end, RequestHead head) {
    int authorityEnd = authorityAt;
    while (authorityEnd < end && b[authorityEnd] != '/' && b[authorityEnd] != '?') {
      if (b[authorityEnd++] == '@') return Violation.USERINFO_IN_TARGET;
    }
    int length = authorityEnd - authorityAt;
    if (!Authority.isValid(b, authorityAt, length)) return Violation.TARGET_INVALID;
    head.authority().point(b, authorityAt, length);
    head.absolute(true);
    Violation wrong = RequestTarget.fill(b, authorityEnd, end, head);
    // RFC 9112 §3.2.4: such a request is about the server, not about its root.
    if (authorityEnd == end && head.isMethod(Methods.OPTIONS)) head.pathSlice().point(ANY, 0, 1);
    return wrong;
  }

  /** Index behind {@code http://} or {@code https://}, or -1. */
  private int schemeEnd(RequestHead head) {
    if (head.target().startsWithIgnoreCase("http://")) return targetAt + 7;
    return head.target().startsWithIgnoreCase("https://") ? targetAt + 8 : -1;
  }

  private static Violation badMethod(byte c) {
    return c == '\r' || c == '\n' ? Violation.REQUEST_LINE_INVALID : Violation.METHOD_INVALID;
  }

  private static Violation badTarget(byte c) {
    return switch (c) {
      case '\r', '\n', ' ' -> Violation.REQUEST_LINE_INVALID;
      default -> Violation.TARGET_INVALID;
    };
  }
}
