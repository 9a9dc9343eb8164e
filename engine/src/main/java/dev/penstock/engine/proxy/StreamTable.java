package dev.penstock.engine.proxy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The open streams of one connection by their numbers. */
final class StreamTable<S extends StreamTable.Numbered> {
  /** What has a place in it. */
  interface Numbered {
    int id();
  }

  private @Nullable Numbered[] slots = new Numbered[8];
  private int count;

  int size() {
    return count;
  }

  boolean isEmpty() {
    return count == 0;
  }

  @SuppressWarnings("unchecked") // only streams of this kind are added
  @Nullable S get(int id) {
    for (int i = slot(id); ; i = i + 1 & slots.length - 1) {
      Numbered each = slots[i];
      if (each == null || each.id() == id) return (S) each;
    }
  }

  void add(S stream) {
    if (2 * count >= slots.length) grow();
    put(stream);
    count++;
  }

  private void put(Numbered stream) {
    int i = slot(stream.id());
    while (slots[i] != null) i = i + 1 & slots.length - 1;
    slots[i] = stream;
  }

  private void grow() {
    @Nullable Numbered[] before = slots;
    slots = new Numbered[before.length * 2];
    for (Numbered each : before) {
      if (each != null) put(each);
    }
  }

  /** Whether it was there. */
  boolean remove(S stream) {
    int i = slot(stream.id());
    while (slots[i] != stream) {
      if (slots[i] == null) return false;
      i = i + 1 & slots.length - 1;
    }
    slots[i] = null;
    count--;
    // Those behind it that had to go on because of it find their place again.
    for (i = i + 1 & slots.length - 1; slots[i] != null; i = i + 1 & slots.length - 1) {
      Numbered moved = slots[i];
      slots[i] = null;
      if (moved != null) put(moved);
    }
    return true;
  }

  /** All of them, as a copy: what is done to one may remove others. */
  @SuppressWarnings("unchecked") // only streams of this kind are added
  List<S> all() {
    List<S> all = new ArrayList<>(count);
    for (Numbered each : slots) {
      if (each != null) all.add((S) each);
    }
    return all;
  }

  private int slot(int id) {
    return (id >>> 1) & slots.length - 1;
  }
}
