package dev.penstock.scripting.web;

import dev.penstock.engine.http.HeaderMap;
import org.graalvm.polyglot.HostAccess;
import org.jspecify.annotations.Nullable;

/** The engine's fields as the guest's {@code Headers}; can be bound to another message. */
public final class HeaderMapHost extends HeadersHost {
  private final boolean takesPlain;
  private @Nullable HeaderMap map;

  /** Fields that the guest reads, or changes under a guard that only it knows. */
  public HeaderMapHost(HeaderMap map) {
    this(map, false);
  }

  private HeaderMapHost(HeaderMap map, boolean takesPlain) {
    this.map = map;
    this.takesPlain = takesPlain;
  }

  /**
   * Fields that the guest may change, but for those that the gateway writes ({@link
   * Guard#GATEWAY}).
   */
  public static HeaderMapHost guarded(HeaderMap map) {
    return new HeaderMapHost(map, true);
  }

  public void bind(HeaderMap next) {
    map = next;
  }

  /** The message is over: who still holds the object sees no fields. */
  public void release() {
    map = null;
  }

  public HeaderMap map() {
    HeaderMap now = map;
    if (now == null) map = now = new HeaderMap();
    return now;
  }

  @Override
  @HostAccess.Export
  public @Nullable String get(String name) {
    return map().joined(name);
  }

  @Override
  @HostAccess.Export
  public boolean has(String name) {
    return map().contains(name);
  }

  @Override
  @HostAccess.Export
  public boolean set(String name, String value) {
    try {
      map().set(name, value);
      return true;
    } catch (IllegalArgumentException refused) {
      return false;
    }
  }

  @Override
  @HostAccess.Export
  public boolean append(String name, String value) {
    try {
      map().add(name, value);
      return true;
    } catch (IllegalArgumentException refused) {
      return false;
    }
  }

  @Override
  @HostAccess.Export
  public boolean setPlain(String name, String value) {
    return isPlain(name, value) && set(name, value);
  }

  @Override
  @HostAccess.Export
  public boolean addPlain(String name, String value) {
    return isPlain(name, value) && append(name, value);
  }

  /** The map itself refuses what is no name and no value. */
  private boolean isPlain(String name, String value) {
    if (!takesPlain || FieldText.isFraming(name)) return false;
    int length = value.length();
    return length == 0 || (value.charAt(0) > ' ' && value.charAt(length - 1) > ' ');
  }

  @Override
  @HostAccess.Export
  public void delete(String name) {
    map().remove(name);
  }

  @Override
  @HostAccess.Export
  public int size() {
    return map().size();
  }

  @Override
  @HostAccess.Export
  public String name(int i) {
    return map().name(i);
  }

  @Override
  @HostAccess.Export
  public String value(int i) {
    return map().value(i);
  }
}
