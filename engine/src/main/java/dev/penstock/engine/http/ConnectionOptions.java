package dev.penstock.engine.http;

import dev.penstock.engine.bytes.Ascii;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the {@code Connection} fields of one message say (RFC 9110 §7.6.1). Reused from message to
 * message; allocates nothing.
 */
public final class ConnectionOptions {
  private static final byte[] CLOSE = {'c', 'l', 'o', 's', 'e'};
  private static final byte[] X_FORWARDED = "x-forwarded-".getBytes(StandardCharsets.ISO_8859_1);

  private boolean close;
  private boolean keepAlive;
  private boolean upgrade;
  private boolean namesFields;
  private boolean namesProtected;
  private boolean malformed;

  /** Reads all {@code Connection} fields of {@code headers} anew. */
  public void read(HeaderMap headers) {
    close = false;
    keepAlive = false;
    upgrade = false;
    namesFields = false;
    namesProtected = false;
    malformed = false;
    int i = headers.find(HeaderName.CONNECTION);
    if (i < 0) return;
    for (; i >= 0; i = headers.find(HeaderName.CONNECTION, i + 1)) {
      int at = headers.valueAt(i);
      readList(headers.text(), at, at + headers.valueLength(i));
    }
  }

  private void readList(byte[] b, int from, int end) {
    int i = from;
    while (i < end) {
      i = blanks(b, i, end);
      int tokenAt = i;
      while (i < end && Ascii.isToken(b[i] & 0xff)) i++;
      if (i > tokenAt) option(b, tokenAt, i - tokenAt);
      i = blanks(b, i, end);
      if (i < end && b[i++] != ',') {
        malformed = true;
        return;
      }
    }
  }

  private void option(byte[] b, int at, int length) {
    if (isClose(b, at, length)) {
      close = true;
      return;
    }
    HeaderName name = HeaderName.find(b, at, length);
    if (name == HeaderName.KEEP_ALIVE) {
      keepAlive = true;
    } else if (name == HeaderName.UPGRADE) {
      upgrade = true;
    } else {
      namesFields = true;
      namesProtected |= isProtected(name, b, at, length);
    }
  }

  /**
   * Whether a field of this name must reach the other end, so that no connection option may remove
   * it.
   */
  static boolean isProtected(@Nullable HeaderName name, byte[] b, int at, int length) {
    if (name != null) return name.isProtected();
    return startsWith(X_FORWARDED, b, at, length);
  }

  static boolean isClose(byte[] b, int at, int length) {
    return length == CLOSE.length && startsWith(CLOSE, b, at, length);
  }

  private static boolean startsWith(byte[] lower, byte[] b, int at, int length) {
    if (length < lower.length) return false;
    for (int i = 0; i < lower.length; i++) {
      if (Ascii.toLower(b[at + i]) != lower[i]) return false;
    }
    return true;
  }

  private static int blanks(byte[] b, int i, int end) {
    while (i < end && (b[i] == ' ' || b[i] == '\t')) i++;
    return i;
  }

  public boolean isClose() {
    return close;
  }

  public boolean isKeepAlive() {
    return keepAlive;
  }

  public boolean isUpgrade() {
    return upgrade;
  }

  /** Whether fields are named beyond those that are connection-level anyway. */
  public boolean namesFields() {
    return namesFields;
  }

  /**
   * Whether a field is named that must reach the other end, such as Host, Cookie or
   * X-Forwarded-For.
   */
  public boolean namesProtected() {
    return namesProtected;
  }

  /** Whether a value is no list of tokens. */
  public boolean isMalformed() {
    return malformed;
  }
}
