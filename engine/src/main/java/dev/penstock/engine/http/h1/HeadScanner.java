package dev.penstock.engine.http.h1;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.Violation;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Collects the bytes of a head or a trailer section in the array of its {@link HeaderMap} and reads
 * the field lines (RFC 9112 §5). Every byte is looked at once, wherever the input is split, and a
 * refusal depends on the bytes before it only, so that the split does not change it.
 *
 * <pre>
 * LINE_START ─ token ─► NAME ─ ':' ─► BLANK ──► VALUE ─ CR ─► VALUE_LF ─► LINE_START
 *     └─ CR ─► LAST_LF ─► done
 * </pre>
 */
final class HeadScanner {
  // A request that carries a body in the same read costs at most this many bytes copied in vain.
  private static final int STEP = 2048;

  private static final int LINE_START = 0;
  private static final int NAME = 1;
  private static final int BLANK = 2;
  private static final int VALUE = 3;
  private static final int VALUE_LF = 4;
  private static final int LAST_LF = 5;

  private final @Nullable Consumer<Violation> bareLfCounter;

  /** The bytes so far, from 0 to {@link #filled}; those before {@link #at} are read. */
  byte[] text = new byte[0];

  int filled;
  int at;

  /** Why the last scan failed. */
  Violation violation = Violation.INCOMPLETE;

  private HeaderMap map = new HeaderMap();
  private boolean isTrailer;
  private int maxBytes;
  private int maxFieldBytes;
  private int maxFields;
  private int phase;
  private int fieldsAt;
  private int nameAt;
  private int nameEnd;
  private int valueAt;
  private int valueEnd;

  /**
   * @param bareLfCounter told each time a line of a head ended with LF alone; null where that is
   *     refused
   */
  HeadScanner(@Nullable Consumer<Violation> bareLfCounter) {
    this.bareLfCounter = bareLfCounter;
  }

  /** Starts with an empty text in the array of {@code newMap}. */
  void begin(HeaderMap newMap) {
    map = newMap;
    text = newMap.text();
    filled = 0;
    at = 0;
  }

  /** Says that field lines begin where the scan stands. */
  void beginFields(boolean trailer, int newMaxBytes, int newMaxFieldBytes, int newMaxFields) {
    isTrailer = trailer;
    maxBytes = newMaxBytes;
    maxFieldBytes = newMaxFieldBytes;
    maxFields = newMaxFields;
    fieldsAt = at;
    phase = LINE_START;
  }

  /** Takes the next bytes of {@code in}; perhaps too many, see {@link #finish}. */
  void fill(ByteBuffer in) {
    int n = Math.min(in.remaining(), STEP);
    if (filled + n > text.length) {
      text = Arrays.copyOf(text, Math.max(filled + n, Math.max(STEP, text.length * 2)));
    }
    in.get(text, filled, n);
    filled += n;
  }

  /**
   * Gives bytes behind the section back to {@code in}, from which they came, and the text to the
   * map.
   */
  void finish(ByteBuffer in) {
    in.position(in.position() - (filled - at));
    filled = at;
    map.attach(text, at);
  }

  /**
   * Reads field lines as far as there are bytes: {@link Scan#MORE}, {@code DONE} or {@code FAILED}.
   */
  int fields() {
    byte[] b = text;
    int end = filled;
    int i = at;
    while (true) {
      int stop = end;
      if (phase != LINE_START) stop = Math.min(end, lineBound());
      switch (phase) {
        case LINE_START -> {
          if (i == end) return more(i);
          byte c = b[i];
          if (c == '\r') {
            i++;
            phase = LAST_LF;
          } else if (c == '\n') {
            if (!mayEndWithLf()) return fail(Violation.BARE_LF);
            return done(i + 1);
          } else if (Scan.isBlank(c)) {
            return fail(
                map.isEmpty() && !isTrailer
                    ? Violation.SPACE_BEFORE_FIRST_FIELD
                    : Violation.LINE_FOLDED);
          } else {
            if (map.size() == maxFields) return fail(tooMany());
            nameAt = i;
            phase = NAME;
          }
        }
        case NAME -> {
          i = Scan.token(b, i, stop);
          if (i == end) return more(i);
          if (i >= stop) return fail(tooLarge(i));
          if (b[i] != ':' || i == nameAt) return fail(badName(b[i]));
          nameEnd = i++;
          phase = BLANK;
        }
        case BLANK -> {
          i = Scan.blank(b, i, stop);
          if (i == end) return more(i);
          valueAt = i;
          phase = VALUE;
        }
        case VALUE -> {
          i = Scan.value(b, i, stop);
          if (i == end) return more(i);
          byte c = b[i];
          valueEnd = i;
          if (c == '\r') {
            i++;
            phase = VALUE_LF;
          } else if (c == '\n') {
            if (!mayEndWithLf()) return fail(Violation.BARE_LF);
            i++;
            addField(b);
          } else {
            return fail(i == stop ? tooLarge(i) : Violation.FIELD_VALUE_INVALID);
          }
        }
        case VALUE_LF -> {
          if (i == end) return more(i);
          if (b[i] != '\n') return fail(Violation.BARE_CR);
          i++;
          addField(b);
        }
        default -> {
          if (i == end) return more(i);
          if (b[i] != '\n') return fail(Violation.BARE_CR);
          return done(i + 1);
        }
      }
    }
  }

  /**
   * Whether a line of this section may end with LF alone; counts it. Chunk framing and trailers
   * never may.
   */
  boolean mayEndWithLf() {
    if (bareLfCounter == null || isTrailer) return false;
    bareLfCounter.accept(Violation.BARE_LF);
    return true;
  }

  int more(int i) {
    at = i;
    return Scan.MORE;
  }

  int done(int i) {
    at = i;
    return Scan.DONE;
  }

  /** The map keeps what was read, for the log. */
  int fail(Violation why) {
    map.attach(text, filled);
    violation = why;
    return Scan.FAILED;
  }

  private void addField(byte[] b) {
    int last = valueEnd;
    while (last > valueAt && Scan.isBlank(b[last - 1])) last--;
    int nameLength = nameEnd - nameAt;
    map.addPlaced(
        HeaderName.find(b, nameAt, nameLength), nameAt, nameLength, valueAt, last - valueAt);
    phase = LINE_START;
  }

  private int lineBound() {
    return Math.min(nameAt + maxFieldBytes, fieldsAt + maxBytes);
  }

  private Violation tooLarge(int i) {
    if (isTrailer) return Violation.TRAILERS_TOO_LARGE;
    return i - nameAt >= maxFieldBytes ? Violation.FIELD_TOO_LARGE : Violation.HEAD_TOO_LARGE;
  }

  private Violation tooMany() {
    return isTrailer ? Violation.TRAILERS_TOO_LARGE : Violation.TOO_MANY_FIELDS;
  }

  private static Violation badName(byte c) {
    return switch (c) {
      case ' ', '\t' -> Violation.SPACE_BEFORE_COLON;
      case '\r', '\n' -> Violation.FIELD_WITHOUT_COLON;
      default -> Violation.FIELD_NAME_INVALID;
    };
  }
}
