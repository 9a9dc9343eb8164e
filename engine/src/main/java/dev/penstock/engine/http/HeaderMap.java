package dev.penstock.engine.http;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.bytes.Slice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a head or of trailers: ordered, case-insensitive, several of a name allowed (RFC
 * 9110 §5).
 *
 * <p>Bytes stay where they were decoded: one array holds all names and values, four numbers say
 * where a field lies. Strings are made when somebody asks. Fields that are added are appended to
 * the same array. Confined to one worker.
 */
public final class HeaderMap {
  private static final int NUMBERS = 4;
  private static final int KEPT_BYTES = 16384;
  private static final long OMIT_NONE = 0;
  private static final long OMIT_FRAMING =
      HeaderName.CONTENT_LENGTH.bit()
          | HeaderName.TRANSFER_ENCODING.bit()
          | HeaderName.CONNECTION.bit();

  private byte[] text = new byte[0];
  private int used;
  private int[] places = new int[16 * NUMBERS];
  private byte[] ids = new byte[16];
  private int size;
  private long present;

  /** Empties the map and keeps its memory, unless that is very large, for the next message. */
  public void clear() {
    size = 0;
    used = 0;
    present = 0;
    if (text.length > KEPT_BYTES) text = new byte[0];
  }

  public int size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  /**
   * For decoders: gives the array in which the fields lie. Bytes below {@code used} belong to the
   * decoder's message; fields that are added later go behind them.
   */
  public void attach(byte[] text, int used) {
    this.text = text;
    this.used = used;
  }

  /**
   * The array in which the fields lie; it may be replaced by a larger one when a field is added.
   */
  public byte[] text() {
    return text;
  }

  /**
   * For decoders: a field lies at these places of the attached array; name and value are known to
   * be valid.
   */
  public void addPlaced(
      @Nullable HeaderName known, int nameAt, int nameLength, int valueAt, int valueLength) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, size * 2);
      places = Arrays.copyOf(places, size * 2 * NUMBERS);
    }
    int p = size * NUMBERS;
    places[p] = nameAt;
    places[p + 1] = nameLength;
    places[p + 2] = valueAt;
    places[p + 3] = valueLength;
    int id = known == null ? -1 : known.id();
    ids[size++] = (byte) id;
    if (id >= 0) present |= 1L << id;
  }

  /** The name of field {@code i} as it was written. */
  public String name(int i) {
    HeaderName known = known(i);
    if (known != null && isSpelled(i, known)) return known.text();
    int p = place(i);
    return new String(text, places[p], places[p + 1], StandardCharsets.ISO_8859_1);
  }

  /** The known name of field {@code i}, or null where the engine has no constant for it. */
  public @Nullable HeaderName known(int i) {
    return HeaderName.byId(ids[i]);
  }

  public String value(int i) {
    int p = place(i);
    return new String(text, places[p + 2], places[p + 3], StandardCharsets.ISO_8859_1);
  }

  /** Points {@code into} at the value of field {@code i}; valid until this map changes. */
  public Slice value(int i, Slice into) {
    int p = place(i);
    return into.point(text, places[p + 2], places[p + 3]);
  }

  /**
   * Points {@code into} at the name of field {@code i} as written; valid until this map changes.
   */
  public Slice name(int i, Slice into) {
    int p = place(i);
    return into.point(text, places[p], places[p + 1]);
  }

  /** Where in {@link #text} the value of field {@code i} begins. */
  public int valueAt(int i) {
    return places[place(i) + 2];
  }

  /** The length of the value of field {@code i}, in bytes. */
  public int valueLength(int i) {
    return places[place(i) + 3];
  }

  /** For decoders: the value of field {@code i} lies at another place of the attached array. */
  public void placeValue(int i, int valueAt, int valueLength) {
    int p = place(i);
    places[p + 2] = valueAt;
    places[p + 3] = valueLength;
  }

  /** Where the first field of that name stands, or -1. */
  public int find(HeaderName name) {
    return find(name, 0);
  }

  /** Where the next field of that name stands, at {@code from} or later, or -1. */
  public int find(HeaderName name, int from) {
    if ((present & 1L << name.id()) == 0) return -1;
    byte id = (byte) name.id();
    for (int i = from; i < size; i++) {
      if (ids[i] == id) return i;
    }
    return -1;
  }

  /** Where the next field of that name stands, at {@code from} or later, or -1. Any case. */
  public int find(String name, int from) {
    HeaderName known = HeaderName.find(name);
    if (known != null) return find(known, from);
    for (int i = from; i < size; i++) {
      if (ids[i] < 0 && isNamed(i, name)) return i;
    }
    return -1;
  }

  public boolean contains(HeaderName name) {
    return find(name, 0) >= 0;
  }

  public boolean contains(String name) {
    return find(name, 0) >= 0;
  }

  /** The first value, or null. */
  public @Nullable String get(HeaderName name) {
    int i = find(name, 0);
    return i < 0 ? null : value(i);
  }

  /** The first value, or null. */
  public @Nullable String get(String name) {
    int i = find(name, 0);
    return i < 0 ? null : value(i);
  }

  /** All values in order; empty when there is none. */
  public List<String> all(String name) {
    List<String> values = new ArrayList<>(2);
    for (int i = find(name, 0); i >= 0; i = find(name, i + 1)) values.add(value(i));
    return values;
  }

  /** All values joined with {@code ", "} as RFC 9110 §5.3 allows, or null when there is none. */
  public @Nullable String joined(String name) {
    int first = find(name, 0);
    if (first < 0) return null;
    int next = find(name, first + 1);
    if (next < 0) return value(first);
    StringBuilder all = new StringBuilder(value(first));
    for (int i = next; i >= 0; i = find(name, i + 1)) all.append(", ").append(value(i));
    return all.toString();
  }

  /**
   * Adds a field behind the others. A known name is written in its usual spelling, which scripts do
   * not know.
   *
   * @throws IllegalArgumentException when the name is no token or the value holds CR, LF, NUL,
   *     another control character, or a character beyond ISO-8859-1
   */
  public void add(String name, String value) {
    HeaderName known = HeaderName.find(checkedName(name));
    int nameAt = known == null ? append(name) : append(known);
    place(known, nameAt, name.length(), value);
  }

  /** As {@link #add(String, String)}. */
  public void add(HeaderName name, String value) {
    place(name, append(name), name.bytes().length, value);
  }

  /**
   * Adds a field whose value is a range of bytes that is known to be valid, for instance of another
   * message.
   */
  public void add(HeaderName name, byte[] value, int offset, int length) {
    int nameAt = append(name);
    int valueAt = append(value, offset, length);
    addPlaced(name, nameAt, name.bytes().length, valueAt, length);
  }

  /**
   * Replaces all fields of that name by one, at the place of the first. As {@link #add(String,
   * String)}.
   */
  public void set(String name, String value) {
    checkedName(name);
    HeaderName known = HeaderName.find(name);
    int at = find(name, 0);
    if (at < 0) {
      add(name, value);
    } else {
      replace(at, value);
      removeFrom(at + 1, name, known);
    }
  }

  /** As {@link #set(String, String)}. */
  public void set(HeaderName name, String value) {
    int at = find(name, 0);
    if (at < 0) {
      add(name, value);
    } else {
      replace(at, value);
      removeFrom(at + 1, name.text(), name);
    }
  }

  /** Gives field {@code i} another value. */
  public void replace(int i, String value) {
    int valueAt = append(checkedValue(value));
    int p = place(i);
    places[p + 2] = valueAt;
    places[p + 3] = value.length();
  }

  /** Removes all fields of that name; true when there was one. */
  public boolean remove(HeaderName name) {
    if ((present & 1L << name.id()) == 0) return false;
    return removeFrom(0, name.text(), name);
  }

  /** Removes all fields of that name, in any case; true when there was one. */
  public boolean remove(String name) {
    return removeFrom(0, name, HeaderName.find(name));
  }

  /** Removes all fields whose name is no known one and reads as these bytes, in any case. */
  void removeNamed(byte[] name, int offset, int length) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (ids[i] < 0 && isNamed(i, name, offset, length)) continue;
      move(i, kept++);
    }
    size = kept;
  }

  /** Removes field {@code i}; the later ones move up. */
  public void removeAt(int i) {
    int behind = size - i - 1;
    System.arraycopy(ids, i + 1, ids, i, behind);
    System.arraycopy(places, (i + 1) * NUMBERS, places, i * NUMBERS, behind * NUMBERS);
    size--;
  }

  /**
   * Adds copies of all fields of {@code other}.
   *
   * @throws IllegalArgumentException when {@code other} is this map
   */
  public void addAll(HeaderMap other) {
    if (other == this) throw new IllegalArgumentException("a map cannot be added to itself");
    for (int i = 0; i < other.size; i++) {
      int p = i * NUMBERS;
      int nameAt = append(other.text, other.places[p], other.places[p + 1]);
      int valueAt = append(other.text, other.places[p + 2], other.places[p + 3]);
      addPlaced(other.known(i), nameAt, other.places[p + 1], valueAt, other.places[p + 3]);
    }
  }

  /**
   * Whether a field may be there whose name has one of these {@link HeaderName#bit}s; false is
   * certain.
   */
  boolean mayHold(long bits) {
    return (present & bits) != 0;
  }

  /**
   * Writes all fields as lines of HTTP/1, {@code name: value CRLF} each, without the empty line at
   * the end.
   *
   * @param into must have room for {@link #wireLength} bytes from {@code at}
   * @return the index behind the last byte written
   */
  public int writeTo(byte[] into, int at) {
    return writeTo(into, at, OMIT_NONE);
  }

  /**
   * As {@link #writeTo(byte[], int)}, without {@code Content-Length}, {@code Transfer-Encoding},
   * {@code Connection}.
   */
  public int writeUnframed(byte[] into, int at) {
    return writeTo(into, at, OMIT_FRAMING);
  }

  private int writeTo(byte[] into, int at, long omitted) {
    boolean omits = mayHold(omitted);
    // Lines that arrived as we write them, one behind the other, are copied in one piece.
    int runAt = 0;
    int runEnd = 0;
    for (int i = 0; i < size; i++) {
      if (omits && ids[i] >= 0 && ids[i] < Long.SIZE && (omitted >>> ids[i] & 1) != 0) continue;
      int p = i * NUMBERS;
      int nameAt = places[p];
      int lineEnd = places[p + 2] + places[p + 3] + 2;
      if (isLine(p)) {
        if (nameAt != runEnd) {
          at = copy(runAt, runEnd, into, at);
          runAt = nameAt;
        }
        runEnd = lineEnd;
        continue;
      }
      at = copy(runAt, runEnd, into, at);
      runAt = runEnd = 0;
      at = writeLine(p, into, at);
    }
    return copy(runAt, runEnd, into, at);
  }

  /**
   * Whether the field's bytes and those between and behind them are the line that we would write.
   */
  private boolean isLine(int p) {
    int nameEnd = places[p] + places[p + 1];
    int valueAt = places[p + 2];
    int valueEnd = valueAt + places[p + 3];
    return valueAt == nameEnd + 2
        && valueEnd + 1 < used
        && text[nameEnd] == ':'
        && text[nameEnd + 1] == ' '
        && text[valueEnd] == '\r'
        && text[valueEnd + 1] == '\n';
  }

  private int copy(int from, int to, byte[] into, int at) {
    System.arraycopy(text, from, into, at, to - from);
    return at + to - from;
  }

  private int writeLine(int p, byte[] into, int at) {
    System.arraycopy(text, places[p], into, at, places[p + 1]);
    at += places[p + 1];
    into[at++] = ':';
    into[at++] = ' ';
    System.arraycopy(text, places[p + 2], into, at, places[p + 3]);
    at += places[p + 3];
    into[at++] = '\r';
    into[at++] = '\n';
    return at;
  }

  /** How many bytes {@link #writeTo} needs. */
  public int wireLength() {
    int length = 0;
    for (int p = 0; p < size * NUMBERS; p += NUMBERS) length += places[p + 1] + places[p + 3] + 4;
    return length;
  }

  private int place(int i) {
    if (i < 0 || i >= size) throw new IndexOutOfBoundsException(i);
    return i * NUMBERS;
  }

  private boolean isSpelled(int i, HeaderName known) {
    int p = i * NUMBERS;
    byte[] usual = known.bytes();
    return Arrays.equals(text, places[p], places[p] + places[p + 1], usual, 0, usual.length);
  }

  private boolean isNamed(int i, String name) {
    int p = i * NUMBERS;
    if (places[p + 1] != name.length()) return false;
    int at = places[p];
    for (int k = 0; k < name.length(); k++) {
      if (Ascii.toLower(text[at + k] & 0xff) != Ascii.toLower(name.charAt(k))) return false;
    }
    return true;
  }

  private boolean isNamed(int i, byte[] name, int offset, int length) {
    int p = i * NUMBERS;
    if (places[p + 1] != length) return false;
    int at = places[p];
    for (int k = 0; k < length; k++) {
      if (Ascii.toLower(text[at + k]) != Ascii.toLower(name[offset + k])) return false;
    }
    return true;
  }

  private void move(int from, int to) {
    if (from == to) return;
    ids[to] = ids[from];
    System.arraycopy(places, from * NUMBERS, places, to * NUMBERS, NUMBERS);
  }

  private boolean removeFrom(int from, String name, @Nullable HeaderName known) {
    int kept = from;
    for (int i = from; i < size; i++) {
      boolean matches =
          known != null ? ids[i] == (byte) known.id() : ids[i] < 0 && isNamed(i, name);
      if (matches) continue;
      move(i, kept++);
    }
    boolean removed = kept != size;
    size = kept;
    return removed;
  }

  private void place(@Nullable HeaderName known, int nameAt, int nameLength, String value) {
    int valueAt = append(checkedValue(value));
    addPlaced(known, nameAt, nameLength, valueAt, value.length());
  }

  private int append(HeaderName name) {
    return append(name.bytes(), 0, name.bytes().length);
  }

  private int append(byte[] bytes, int offset, int length) {
    reserve(length);
    System.arraycopy(bytes, offset, text, used, length);
    used += length;
    return used - length;
  }

  @SuppressWarnings(
      "deprecation") // getBytes(int, int, byte[], int) writes ISO-8859-1 without a copy
  private int append(String latin) {
    reserve(latin.length());
    latin.getBytes(0, latin.length(), text, used);
    used += latin.length();
    return used - latin.length();
  }

  private void reserve(int length) {
    if (used + length > text.length) {
      text = Arrays.copyOf(text, Math.max(used + length, Math.max(256, text.length * 2)));
    }
  }

  private static String checkedName(String name) {
    if (!Ascii.isToken(name))
      throw new IllegalArgumentException("not a field name: " + printable(name));
    return name;
  }

  private static String checkedValue(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (!Ascii.isFieldValue(value.charAt(i))) {
        throw new IllegalArgumentException(
            "a field value may not hold the character U+%04X".formatted((int) value.charAt(i)));
      }
    }
    return value;
  }

  private static String printable(String text) {
    StringBuilder shown = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x20 && c < 0x7f) shown.append(c);
      else shown.append("\\u%04x".formatted((int) c));
    }
    return shown.append('"').toString();
  }

  /** The fields as they would stand in a message of HTTP/1. */
  @Override
  public String toString() {
    byte[] lines = new byte[wireLength()];
    writeTo(lines, 0);
    return new String(lines, StandardCharsets.ISO_8859_1);
  }
}
