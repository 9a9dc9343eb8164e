package dev.penstock.engine.http.h1;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.http.Violation;
import java.nio.ByteBuffer;

/**
 * Reads what stands between the data of a chunked body (RFC 9112 §7.1): sizes, extensions, line
 * ends. Extensions are checked, counted and dropped. A line ends with CRLF and with nothing else,
 * whatever the listener tolerates: here two readers that disagree are a smuggled request.
 *
 * <pre>
 * SIZE_FIRST ─► SIZE ─┬───────────────────────── CR ─► SIZE_LF ─┬─► data ─► DATA_CR ─► DATA_LF ─► SIZE_FIRST
 *                     └ BWS ';' ─► EXT_NAME … EXT_VALUE ─ CR ─┘ └─► size 0: last
 * </pre>
 */
final class ChunkScanner {
  private static final int MAX_DIGITS = 16;

  private static final int SIZE_FIRST = 0;
  private static final int SIZE = 1;
  private static final int BEFORE_SEMICOLON = 2;
  private static final int EXT_NAME_FIRST = 3;
  private static final int EXT_NAME = 4;
  private static final int BEFORE_EQUALS = 5;
  private static final int EXT_VALUE_FIRST = 6;
  private static final int EXT_VALUE = 7;
  private static final int QUOTED = 8;
  private static final int QUOTED_PAIR = 9;
  private static final int SIZE_LF = 10;
  private static final int DATA_CR = 11;
  private static final int DATA_LF = 12;
  private static final int AFTER_QUOTED = 13;

  private final int maxExtensionBytes;
  private int phase;
  private int digits;
  private long size;
  private int extensionBytes;
  private Violation violation = Violation.CHUNK_SIZE_INVALID;

  ChunkScanner(int maxExtensionBytes) {
    this.maxExtensionBytes = maxExtensionBytes;
  }

  /** Starts a body. */
  void begin() {
    phase = SIZE_FIRST;
    digits = 0;
    size = 0;
    extensionBytes = 0;
  }

  /** Says that all data of the chunk was taken. */
  void dataEnded() {
    phase = DATA_CR;
  }

  /** Bytes of data that follow; 0 for the last chunk, behind which trailers stand. */
  long size() {
    return size;
  }

  Violation violation() {
    return violation;
  }

  /** Reads until data or trailers begin: {@link Scan#MORE}, {@code DONE} or {@code FAILED}. */
  int scan(ByteBuffer in) {
    while (in.hasRemaining()) {
      byte c = in.get();
      switch (phase) {
        case SIZE_FIRST, SIZE -> {
          int digit = Ascii.hexValue(c);
          if (digit >= 0) {
            if (++digits > MAX_DIGITS || size >>> 59 != 0)
              return fail(Violation.CHUNK_SIZE_INVALID);
            size = size << 4 | digit;
            phase = SIZE;
          } else if (phase == SIZE_FIRST) {
            return fail(c == '\n' ? Violation.BARE_LF : Violation.CHUNK_SIZE_INVALID);
          } else if (c == '\r') {
            phase = SIZE_LF;
          } else if (c == ';' || c == ' ' || c == '\t') {
            if (++extensionBytes > maxExtensionBytes)
              return fail(Violation.CHUNK_EXTENSION_TOO_LARGE);
            phase = c == ';' ? EXT_NAME_FIRST : BEFORE_SEMICOLON;
          } else {
            return fail(c == '\n' ? Violation.BARE_LF : Violation.CHUNK_SIZE_INVALID);
          }
        }
        case SIZE_LF -> {
          if (c != '\n') return fail(Violation.BARE_CR);
          return Scan.DONE;
        }
        case DATA_CR -> {
          if (c != '\r') return fail(Violation.CHUNK_END_MISSING);
          phase = DATA_LF;
        }
        case DATA_LF -> {
          if (c != '\n') return fail(Violation.CHUNK_END_MISSING);
          phase = SIZE_FIRST;
          digits = 0;
          size = 0;
        }
        default -> {
          if (!extension(c)) return Scan.FAILED;
        }
      }
    }
    return Scan.MORE;
  }

  /**
   * chunk-ext = *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] ); false when it
   * failed.
   */
  private boolean extension(byte c) {
    if (c == '\n') return bad(Violation.BARE_LF);
    if (c != '\r' && ++extensionBytes > maxExtensionBytes)
      return bad(Violation.CHUNK_EXTENSION_TOO_LARGE);
    int next = afterExtensionByte(c & 0xff);
    if (next < 0) return bad(Violation.CHUNK_EXTENSION_INVALID);
    phase = next;
    return true;
  }

  private int afterExtensionByte(int c) {
    boolean blank = c == ' ' || c == '\t';
    boolean token = Ascii.isToken(c);
    return switch (phase) {
      case BEFORE_SEMICOLON -> blank ? BEFORE_SEMICOLON : c == ';' ? EXT_NAME_FIRST : -1;
      case EXT_NAME_FIRST -> blank ? EXT_NAME_FIRST : token ? EXT_NAME : -1;
      case EXT_NAME ->
          token ? EXT_NAME : blank ? BEFORE_EQUALS : c == '=' ? EXT_VALUE_FIRST : afterExtension(c);
      case BEFORE_EQUALS ->
          blank ? BEFORE_EQUALS : c == '=' ? EXT_VALUE_FIRST : c == ';' ? EXT_NAME_FIRST : -1;
      case EXT_VALUE_FIRST -> blank ? EXT_VALUE_FIRST : token ? EXT_VALUE : c == '"' ? QUOTED : -1;
      case EXT_VALUE -> token ? EXT_VALUE : blank ? BEFORE_SEMICOLON : afterExtension(c);
      case QUOTED ->
          c == '"' ? AFTER_QUOTED : c == '\\' ? QUOTED_PAIR : Ascii.isFieldValue(c) ? QUOTED : -1;
      case QUOTED_PAIR -> Ascii.isFieldValue(c) ? QUOTED : -1;
      default -> blank ? BEFORE_SEMICOLON : afterExtension(c); // AFTER_QUOTED
    };
  }

  private static int afterExtension(int c) {
    return c == '\r' ? SIZE_LF : c == ';' ? EXT_NAME_FIRST : -1;
  }

  private int fail(Violation why) {
    violation = why;
    return Scan.FAILED;
  }

  private boolean bad(Violation why) {
    violation = why;
    return false;
  }
}
