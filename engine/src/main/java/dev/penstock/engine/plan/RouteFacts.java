package dev.penstock.engine.plan;

import java.net.InetAddress;

/** What a route may ask about a request beside its head. */
public interface RouteFacts {
  /** The client, seen through trusted proxies. */
  InetAddress clientAddress();

  /** Name of the listener the request came through. */
  String listener();

  /** Whether the client used {@code https}, as far as the listener and trusted proxies know. */
  boolean isSecure();
}
