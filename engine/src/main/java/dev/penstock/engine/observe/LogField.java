package dev.penstock.engine.observe;

import java.util.Locale;

/** What an entry of the access log may hold, in the order in which it is written. */
public enum LogField {
  /** When the request began: RFC 3339, UTC, milliseconds. */
  TIME,
  ID,
  /** The client's own request id, where it is trusted. */
  REQUEST_ID,
  CONNECTION,
  LISTENER,
  CLIENT,
  CLIENT_PORT,
  METHOD,
  HOST,
  /** Path and query, secrets taken out. */
  TARGET,
  PROTOCOL,
  TLS_VERSION,
  TLS_CIPHER,
  SERVER_NAME,
  ROUTE,
  /** Who sent the request, where a filter has found out. */
  USER,
  STATUS,
  /** Who ended the exchange and in which state: see {@link TerminationCode}. */
  TERMINATION,
  /** Why, as the token of RFC 9209. */
  ERROR,
  ERROR_DETAIL,
  UPSTREAM,
  ENDPOINT,
  ATTEMPTS,
  /** What the cache did: hit, stale, stale-if-error, or why it forwarded; nothing without one. */
  CACHE,
  TOTAL_MS,
  QUEUE_MS,
  CONNECT_MS,
  HEAD_MS,
  REQUEST_BYTES,
  RESPONSE_BYTES,
  UPSTREAM_REQUEST_BYTES,
  UPSTREAM_RESPONSE_BYTES,
  USER_AGENT,
  REFERER,
  REQUEST_HEADERS,
  RESPONSE_HEADERS,
  VARS;

  @SuppressWarnings("ImmutableEnumChecker") // nobody writes to it
  private final ReadyText json = ReadyText.of(",\"" + name().toLowerCase(Locale.ROOT) + "\":");

  /** Comma, name and colon. */
  ReadyText json() {
    return json;
  }
}
