package dev.penstock.scripting.web;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What Unicode says of each code point for domain names: the mapping table of UTS #46 §5, joining
 * types and viramas.
 *
 * <p>The JDK has no such table ({@code java.net.IDN} is IDNA 2003) and ICU is 14 MB, so a resource
 * of ours holds it as runs of equal code points; {@code Uts46TableTest} writes it and compares it
 * with ICU. Read when a domain first has a character beyond ASCII.
 */
final class Uts46Table {
  static final String RESOURCE = "/dev/penstock/scripting/web/uts46.bin";
  static final int VALID = 0;
  static final int DISALLOWED = 1;
  static final int IGNORED = 2;
  static final int MAPPED = 3;

  private final int[] starts;
  private final byte[] kinds;
  private final @Nullable String[] mappings;
  private final int[] joiningStarts;
  private final char[] joiningTypes;
  private final int[] viramas;

  private static final class Holder {
    static final Uts46Table TABLE = read();
  }

  private Uts46Table(DataInputStream in) throws IOException {
    int n = in.readInt();
    starts = new int[n];
    kinds = new byte[n];
    mappings = new String[n];
    for (int i = 0; i < n; i++) {
      starts[i] = in.readInt();
      kinds[i] = in.readByte();
      if (kinds[i] == MAPPED) mappings[i] = in.readUTF();
    }
    joiningStarts = new int[in.readInt()];
    joiningTypes = new char[joiningStarts.length];
    for (int i = 0; i < joiningStarts.length; i++) {
      joiningStarts[i] = in.readInt();
      joiningTypes[i] = (char) in.readByte();
    }
    viramas = new int[in.readInt()];
    for (int i = 0; i < viramas.length; i++) viramas[i] = in.readInt();
  }

  static Uts46Table get() {
    return Holder.TABLE;
  }

  private static Uts46Table read() {
    try (InputStream in = Uts46Table.class.getResourceAsStream(RESOURCE)) {
      if (in == null) throw new IllegalStateException("there is no " + RESOURCE);
      return new Uts46Table(new DataInputStream(new BufferedInputStream(in)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int run(int[] starts, int codePoint) {
    int at = Arrays.binarySearch(starts, codePoint);
    return at >= 0 ? at : -at - 2;
  }

  boolean isValid(int codePoint) {
    return kinds[run(starts, codePoint)] == VALID;
  }

  /** Appends what {@code codePoint} becomes; false when it is disallowed. */
  boolean map(int codePoint, StringBuilder out) {
    int at = run(starts, codePoint);
    switch (kinds[at]) {
      case VALID -> out.appendCodePoint(codePoint);
      case MAPPED -> out.append(mappings[at]);
      case IGNORED -> {}
      default -> {
        return false;
      }
    }
    return true;
  }

  /** U, L, R, D, T or C, as ArabicShaping.txt has them. */
  char joiningType(int codePoint) {
    return joiningTypes[run(joiningStarts, codePoint)];
  }

  boolean isVirama(int codePoint) {
    return Arrays.binarySearch(viramas, codePoint) >= 0;
  }
}
