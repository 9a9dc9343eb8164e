package dev.penstock.engine.proxy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The open streams of one connection by their numbers. */
final class StreamTable {
  private @Nullable Http2Stream[] slots = new Http2Stream[8];
  private int count;

  int size() {
    return count;
  }

  boolean isEmpty() {
    return count == 0;
  }

  @Nullable Http2Stream get(int id) {
    for (int i = slot(id); ; i = i + 1 & slots.length - 1) {
      Http2Stream each = slots[i];
      if (each == null || each.id() == id) return each;
    }
  }

  void add(Http2Stream stream) {
    if (2 * count >= slots.length) grow();
    put(stream);
    count++;
  }

  private void put(Http2Stream stream) {
    int i = slot(stream.id());
    while (slots[i] != null) i = i + 1 & slots.length - 1;
    slots[i] = stream;
  }

  private void grow() {
    @Nullable Http2Stream[] before = slots;
    slots = new Http2Stream[before.length * 2];
    for (Http2Stream each : before) {
      if (each != null) put(each);
    }
  }

  /** Whether it was there. */
  boolean remove(Http2Stream stream) {
    int i = slot(stream.id());
    while (slots[i] != stream) {
      if (slots[i] == null) return false;
      i = i + 1 & slots.length - 1;
    }
    slots[i] = null;
    count--;
    // Those behind it that had to go on because of it find their place again.
    for (i = i + 1 & slots.length - 1; slots[i] != null; i = i + 1 & slots.length - 1) {
      Http2Stream moved = slots[i];
      slots[i] = null;
      if (moved != null) put(moved);
    }
    return true;
  }

  /** All of them, as a copy: what is done to one may remove others. */
  List<Http2Stream> all() {
    List<Http2Stream> all = new ArrayList<>(count);
    for (Http2Stream each : slots) {
      if (each != null) all.add(each);
    }
    return all;
  }

  private int slot(int id) {
    return (id >>> 1) & slots.length - 1;
  }
}
