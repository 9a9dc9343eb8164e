package dev.penstock.engine.http.h2;

import java.util.Arrays;

/**
 * The dynamic table of one direction (RFC 7541 §2.3.2): entries lie one behind the other in one
 * array, the oldest in front; nothing is allocated for an entry.
 */
final class FieldTable {
  static final int OVERHEAD = 32;
  private static final int NUMBERS = 4;
  private static final byte[] NOTHING = {};

  private byte[] text = NOTHING;
  private int textEnd;
  private int[] places = new int[0];

  /** Of the oldest entry, in {@link #places}, counted in entries. */
  private int first;

  private int count;
  private int size;
  private int maxSize;

  /** Entries ever added. */
  private int added;

  FieldTable(int maxSize) {
    this.maxSize = maxSize;
  }

  int count() {
    return count;
  }

  /** Bytes by the count of the RFC. */
  int size() {
    return size;
  }

  int maxSize() {
    return maxSize;
  }

  /** How many entries were ever added; an entry of number {@code n} was the n-th. */
  int added() {
    return added;
  }

  /** From 1, the newest, to {@link #count}: where entry number {@code n} is now; 0 when gone. */
  int indexOf(int n) {
    int index = added - n + 1;
    return index >= 1 && index <= count ? index : 0;
  }

  void resize(int newMaxSize) {
    maxSize = newMaxSize;
    evict(0);
  }

  /** The array in which all entries lie; another one after {@link #add}. */
  byte[] text() {
    return text;
  }

  int nameAt(int index) {
    return places[slot(index)];
  }

  int nameLength(int index) {
    return places[slot(index) + 1];
  }

  int valueAt(int index) {
    return places[slot(index)] + places[slot(index) + 1];
  }

  int valueLength(int index) {
    return places[slot(index) + 2];
  }

  /** What was told to {@link #add}. */
  int kind(int index) {
    return places[slot(index) + 3] >> 8;
  }

  int flags(int index) {
    return places[slot(index) + 3] & 0xff;
  }

  private int slot(int index) {
    return (first + count - index) % (places.length / NUMBERS) * NUMBERS;
  }

  /**
   * Adds an entry; older ones make room. One that is larger than the table empties it (RFC 7541
   * §4.4). Name and value must not lie in {@link #text}.
   */
  void add(
      int kind,
      int flags,
      byte[] name,
      int nameAt,
      int nameLength,
      byte[] value,
      int valueAt,
      int valueLength) {
    int bytes = nameLength + valueLength;
    evict(bytes + OVERHEAD);
    if (bytes + OVERHEAD > maxSize) return;
    makeRoom(bytes);
    int capacity = places.length / NUMBERS;
    if (count == capacity) growPlaces(capacity);
    int p = (first + count) % (places.length / NUMBERS) * NUMBERS;
    places[p] = textEnd;
    places[p + 1] = nameLength;
    places[p + 2] = valueLength;
    places[p + 3] = kind << 8 | flags;
    System.arraycopy(name, nameAt, text, textEnd, nameLength);
    System.arraycopy(value, valueAt, text, textEnd + nameLength, valueLength);
    textEnd += bytes;
    size += bytes + OVERHEAD;
    count++;
    added++;
  }

  private void evict(int needed) {
    while (count > 0 && size + needed > maxSize) {
      int p = first * NUMBERS;
      size -= places[p + 1] + places[p + 2] + OVERHEAD;
      first = (first + 1) % (places.length / NUMBERS);
      count--;
    }
    if (count == 0) textEnd = 0;
  }

  private void makeRoom(int bytes) {
    if (textEnd + bytes <= text.length) return;
    int start = count == 0 ? 0 : places[first * NUMBERS];
    int live = textEnd - start;
    // Twice the table: entries are moved once for each time that it is filled anew.
    int wanted = Math.min(2 * maxSize, Math.max(256, 2 * (live + bytes)));
    byte[] into = wanted > text.length ? new byte[wanted] : text;
    System.arraycopy(text, start, into, 0, live);
    text = into;
    textEnd = live;
    for (int i = 1; i <= count; i++) places[slot(i)] -= start;
  }

  private void growPlaces(int capacity) {
    int[] larger = new int[Math.max(8, capacity * 2) * NUMBERS];
    for (int i = 0; i < count; i++) {
      int from = (first + i) % capacity * NUMBERS;
      System.arraycopy(places, from, larger, i * NUMBERS, NUMBERS);
    }
    places = larger;
    first = 0;
  }

  boolean holds(int index, byte[] value, int at, int length) {
    int own = valueAt(index);
    return valueLength(index) == length
        && Arrays.equals(text, own, own + length, value, at, at + length);
  }
}
