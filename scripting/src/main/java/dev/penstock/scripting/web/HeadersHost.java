package dev.penstock.scripting.web;

import org.graalvm.polyglot.HostAccess;
import org.jspecify.annotations.Nullable;

/**
 * Header fields that a {@code Headers} object of the guest stands for; each method is one of its
 * operations.
 *
 * <p>Names come checked and in any case, except in {@link #get}, which answers null for what is no
 * name. Values come checked. A subclass has to be public, and its methods need the annotation
 * again: the guest sees nothing else.
 */
public abstract class HeadersHost {
  /** All values of that name joined by a comma and a space, or null. */
  @HostAccess.Export
  public abstract @Nullable String get(String name);

  @HostAccess.Export
  public abstract boolean has(String name);

  /**
   * @return false when the gateway refuses the value
   */
  @HostAccess.Export
  public abstract boolean set(String name, String value);

  /**
   * @return false when the gateway refuses the value
   */
  @HostAccess.Export
  public abstract boolean append(String name, String value);

  /**
   * {@link #set} of what was not checked, where nothing is special about it.
   *
   * @return false when nothing was done: then the guest checks, and calls {@link #set} if it may
   */
  @HostAccess.Export
  public boolean setPlain(String name, String value) {
    return false;
  }

  /** {@link #append} as {@link #setPlain}. */
  @HostAccess.Export
  public boolean addPlain(String name, String value) {
    return false;
  }

  @HostAccess.Export
  public abstract void delete(String name);

  @HostAccess.Export
  public abstract int size();

  @HostAccess.Export
  public abstract String name(int i);

  @HostAccess.Export
  public abstract String value(int i);
}
