package dev.penstock.engine.observe;

import org.jspecify.annotations.Nullable;

/**
 * The JSON text of fields whose values are few strings that come again and again as the same
 * object: names of routes, upstreams, methods. Found by identity. Worker-confined.
 *
 * <p>A full table takes nothing more, so that values which are many after all cost no memory; it is
 * emptied when that has gone on for long, since the names may be those of a configuration that is
 * gone.
 */
final class NameTexts {
  private static final int BITS = 8;
  private static final int PROBES = 4;
  private static final int MOST_MISSES = 1 << 16;

  private final @Nullable String[] names = new String[(1 << BITS) + PROBES];
  private final LogField[] fields = new LogField[names.length];
  private final ReadyText[] texts = new ReadyText[names.length];
  private int misses;

  @SuppressWarnings("ReferenceEquality") // the point of it
  @Nullable ReadyText find(LogField field, String name) {
    int first = place(field, name);
    for (int i = first; i < first + PROBES; i++) {
      if (names[i] == name && fields[i] == field) return texts[i];
    }
    return null;
  }

  /** Keeps {@code length} bytes of {@code from}, if there is room. */
  void add(LogField field, String name, byte[] from, int offset, int length) {
    int first = place(field, name);
    for (int i = first; i < first + PROBES; i++) {
      if (names[i] != null) continue;
      names[i] = name;
      fields[i] = field;
      texts[i] = ReadyText.of(from, offset, length);
      return;
    }
    if (++misses < MOST_MISSES) return;
    misses = 0;
    java.util.Arrays.fill(names, null);
  }

  @SuppressWarnings("EnumOrdinal") // any number that differs
  private static int place(LogField field, String name) {
    return ((name.hashCode() + field.ordinal()) * 0x9E3779B9) >>> (32 - BITS);
  }
}
