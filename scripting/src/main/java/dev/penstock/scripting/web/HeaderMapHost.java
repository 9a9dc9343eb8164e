package dev.penstock.scripting.web;

import dev.penstock.engine.http.HeaderMap;
import org.graalvm.polyglot.HostAccess;
import org.jspecify.annotations.Nullable;

/** The engine's fields as the guest's {@code Headers}; can be bound to another message. */
public final class HeaderMapHost extends HeadersHost {
  private HeaderMap map;

  public HeaderMapHost(HeaderMap map) {
    this.map = map;
  }

  public void bind(HeaderMap next) {
    map = next;
  }

  public HeaderMap map() {
    return map;
  }

  @Override
  @HostAccess.Export
  public @Nullable String get(String name) {
    return map.joined(name);
  }

  @Override
  @HostAccess.Export
  public boolean has(String name) {
    return map.contains(name);
  }

  @Override
  @HostAccess.Export
  public boolean set(String name, String value) {
    try {
      map.set(name, value);
      return true;
    } catch (IllegalArgumentException refused) {
      return false;
    }
  }

  @Override
  @HostAccess.Export
  public boolean append(String name, String value) {
    try {
      map.add(name, value);
      return true;
    } catch (IllegalArgumentException refused) {
      return false;
    }
  }

  @Override
  @HostAccess.Export
  public void delete(String name) {
    map.remove(name);
  }

  @Override
  @HostAccess.Export
  public int size() {
    return map.size();
  }

  @Override
  @HostAccess.Export
  public String name(int i) {
    return map.name(i);
  }

  @Override
  @HostAccess.Export
  public String value(int i) {
    return map.value(i);
  }
}
