package dev.penstock.scripting.web;

import org.graalvm.polyglot.HostAccess;
import org.jspecify.annotations.Nullable;

/**
 * A message that a {@code Request} of the guest stands for; each part is asked for when the guest
 * does, once.
 *
 * <p>A subclass has to be public, and its methods need the annotation again: the guest sees nothing
 * else.
 */
public abstract class RequestHost {
  @HostAccess.Export
  public abstract String method();

  /** Absolute and serialised. */
  @HostAccess.Export
  public abstract String url();

  @HostAccess.Export
  public abstract HeadersHost headers();

  /** Asked for at once; null when the message has no body. */
  @HostAccess.Export
  public abstract @Nullable HostBody body();
}
