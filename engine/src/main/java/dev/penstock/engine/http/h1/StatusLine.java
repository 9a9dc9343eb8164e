package dev.penstock.engine.http.h1;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.http.HttpVersion;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.http.Violation;

/**
 * The first line of a response (RFC 9112 §4): version, three digits, a phrase that nobody reads.
 * The space before an absent phrase may be absent too, as many servers send it.
 *
 * <pre>
 * VERSION ─ SP ─► STATUS ─┬─ SP ─► REASON ─ CR ─► LF ─► done
 *                         └──────────────── CR ─►
 * </pre>
 */
final class StatusLine {
  private static final int VERSION = 0;
  private static final int STATUS = 1;
  private static final int REASON = 2;
  private static final int LF = 3;
  private static final int STATUS_AT = Version.LENGTH + 1;
  private static final int STATUS_END = STATUS_AT + 3;

  private final HeadScanner scanner;
  private final int maxBytes;
  private int phase;

  StatusLine(HeadScanner scanner, int maxBytes) {
    this.scanner = scanner;
    this.maxBytes = maxBytes;
  }

  void begin() {
    phase = VERSION;
  }

  /** Reads as far as there are bytes: {@link Scan#MORE}, {@code DONE} or {@code FAILED}. */
  int scan() {
    byte[] b = scanner.text;
    int end = scanner.filled;
    int i = scanner.at;
    while (true) {
      switch (phase) {
        case VERSION -> {
          i = Scan.visible(b, i, Math.min(end, Version.LENGTH));
          if (i == end) return scanner.more(i);
          int digits = Version.digits(b, 0, i);
          if (digits < 0 || b[i] != ' ') return scanner.fail(Violation.STATUS_LINE_INVALID);
          if (digits != 10 && digits != 11) return scanner.fail(Violation.VERSION_UNSUPPORTED);
          i++;
          phase = STATUS;
        }
        case STATUS -> {
          while (i < end && i < STATUS_END && Ascii.isDigit(b[i])) i++;
          if (i == end) return scanner.more(i);
          if (i != STATUS_END || b[STATUS_AT] < '1' || b[STATUS_AT] > '5') {
            return scanner.fail(Violation.STATUS_LINE_INVALID);
          }
          if (b[i] == ' ') i++;
          else if (b[i] != '\r' && b[i] != '\n') return scanner.fail(Violation.STATUS_LINE_INVALID);
          phase = REASON;
        }
        case REASON -> {
          i = Scan.value(b, i, Math.min(end, maxBytes));
          if (i == end) return scanner.more(i);
          if (b[i] == '\r') {
            i++;
            phase = LF;
          } else if (b[i] == '\n') {
            if (!scanner.mayEndWithLf()) return scanner.fail(Violation.BARE_LF);
            return scanner.done(i + 1);
          } else {
            return scanner.fail(
                i >= maxBytes ? Violation.HEAD_TOO_LARGE : Violation.STATUS_LINE_INVALID);
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

  /** Puts the line into {@code head}. */
  void fill(ResponseHead head) {
    byte[] b = scanner.text;
    head.version(b[Version.LENGTH - 1] == '1' ? HttpVersion.HTTP_1_1 : HttpVersion.HTTP_1_0);
    head.status(
        (b[STATUS_AT] - '0') * 100 + (b[STATUS_AT + 1] - '0') * 10 + b[STATUS_AT + 2] - '0');
  }
}
