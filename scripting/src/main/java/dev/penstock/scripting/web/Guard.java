package dev.penstock.scripting.web;

/**
 * What a script may change of a {@code Headers} object (Fetch §5.1). Same order as {@code guards}
 * in headers.js.
 */
public enum Guard {
  NONE,
  REQUEST,
  RESPONSE,
  IMMUTABLE,
  REQUEST_NO_CORS,
  /**
   * As {@link #NONE}, but fields that frame a message or belong to a connection are refused (S4).
   */
  GATEWAY
}
