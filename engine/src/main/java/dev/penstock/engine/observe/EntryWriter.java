package dev.penstock.engine.observe;

import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.observe.AccessLogRules.ClientAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a record as one line of text. Worker-confined; allocates nothing once warm. */
final class EntryWriter {
  private static final ReadyText MASKED = ReadyText.of("\"***\"");
  private static final ReadyText NO_VALUE = ReadyText.of("\"-\"");

  private final EntryFormat format;
  private final Redaction redaction;
  private final LogClock clock = new LogClock();
  private final EntryBuffer out = new EntryBuffer();
  private final Slice shown = new Slice();
  private final byte[] small = new byte[64];

  private final NameTexts names = new NameTexts();

  EntryWriter(EntryFormat format) {
    this.format = format;
    this.redaction = new Redaction(format.redactQuery);
  }

  EntryFormat format() {
    return format;
  }

  /**
   * Writes an entry and its line feed.
   *
   * @param into with {@link EntryBuffer#MAX_ENTRY} free bytes at {@code at}
   * @return the index after the line feed
   */
  int write(ExchangeRecord record, byte[] into, int at) {
    out.begin(into, at, format.maxValueBytes);
    if (format.isJson) {
      for (LogField field : format.fields) json(field, record);
      if (out.at == at) out.put(',');
      into[at] = '{'; // where the first field put its comma
      out.put('}');
    } else {
      combined(record);
    }
    out.put('\n');
    return out.at;
  }

  private void json(LogField field, ExchangeRecord r) {
    switch (field) {
      case TIME -> {
        out.put(field.json());
        out.put('"');
        out.at = clock.putRfc3339(out.bytes, out.at, r.startMillis);
        out.put('"');
      }
      case ID -> {
        out.put(field.json());
        out.put('"');
        out.at = LogText.putHex(out.bytes, out.at, r.id);
        out.put('"');
      }
      case REQUEST_ID -> text(field, r.requestId);
      case CONNECTION -> {
        if (r.connectionId != 0) number(field, r.connectionId);
      }
      case LISTENER -> name(field, r.listener);
      case CLIENT -> {
        out.put(field.json());
        out.put('"');
        address(r);
        out.put('"');
      }
      case CLIENT_PORT -> {
        if (r.clientPort != 0) number(field, r.clientPort);
      }
      case METHOD -> name(field, r.method);
      case HOST -> text(field, r.host);
      case TARGET -> text(field, redaction.apply(r.target, shown));
      case PROTOCOL -> name(field, r.version.text());
      case TLS_VERSION -> name(field, r.tlsVersion);
      case TLS_CIPHER -> name(field, r.tlsCipher);
      case SERVER_NAME -> text(field, r.serverName);
      case ROUTE -> name(field, r.route);
      case USER -> text(field, r.user);
      case STATUS -> number(field, r.status);
      case TERMINATION -> name(field, r.termination.code());
      case ERROR -> name(field, r.termination.token());
      case ERROR_DETAIL -> text(field, r.errorDetail);
      case UPSTREAM -> name(field, r.upstream);
      case ENDPOINT -> name(field, r.endpoint);
      case ATTEMPTS -> number(field, r.attempts);
      case CACHE -> name(field, r.cache);
      case TOTAL_MS -> millis(field, r.totalNs);
      case QUEUE_MS -> millis(field, r.queueNs);
      case CONNECT_MS -> millis(field, r.connectNs);
      case HEAD_MS -> millis(field, r.headNs);
      case REQUEST_BYTES -> number(field, r.requestBytes);
      case RESPONSE_BYTES -> number(field, r.responseBytes);
      case UPSTREAM_REQUEST_BYTES -> {
        if (r.upstream != null) number(field, r.upstreamRequestBytes);
      }
      case UPSTREAM_RESPONSE_BYTES -> {
        if (r.upstream != null) number(field, r.upstreamResponseBytes);
      }
      case USER_AGENT -> text(field, r.userAgent);
      case REFERER -> text(field, redaction.apply(r.referer, shown));
      case REQUEST_HEADERS ->
          headers(field, r.requestHeaders, format.requestHeaders, format.requestHeaderSecret);
      case RESPONSE_HEADERS ->
          headers(field, r.responseHeaders, format.responseHeaders, format.responseHeaderSecret);
      case VARS -> vars(field, r.vars);
    }
  }

  private void text(LogField field, Slice value) {
    if (value.isEmpty()) return;
    out.put(field.json());
    out.json(value);
  }

  private void text(LogField field, @Nullable String value) {
    if (value == null || value.isEmpty()) return;
    out.put(field.json());
    out.json(value);
  }

  /** As {@link #text(LogField, String)}, for one of few strings that come again and again. */
  private void name(LogField field, @Nullable String value) {
    if (value == null || value.isEmpty()) return;
    ReadyText known = names.find(field, value);
    if (known != null) {
      out.put(known);
      return;
    }
    int from = out.at;
    text(field, value);
    if (out.isFull()) return; // it may have been cut
    names.add(field, value, out.bytes, from, out.at - from);
  }

  private void number(LogField field, long value) {
    out.put(field.json());
    out.put(value);
  }

  private void millis(LogField field, long ns) {
    if (ns < 0) return;
    out.put(field.json());
    out.at = LogText.putMillis(out.bytes, out.at, ns);
  }

  private void address(ExchangeRecord r) {
    boolean networkOnly = format.clientAddress == ClientAddress.NETWORK;
    out.at = LogText.putAddress(out.bytes, out.at, r.clientAddress, networkOnly);
  }

  /** Lines of one field are joined as RFC 9110 §5.3 joins them. */
  private void headers(
      LogField field, @Nullable HeaderMap headers, String[] names, boolean[] secret) {
    if (headers == null) return;
    boolean any = false;
    for (int n = 0; n < names.length && !out.isFull(); n++) {
      int i = headers.find(names[n], 0);
      if (i < 0) continue;
      if (any) {
        out.put(',');
      } else {
        out.put(field.json());
        out.put('{');
        any = true;
      }
      out.json(names[n]);
      out.put(':');
      if (secret[n]) {
        out.put(MASKED);
        continue;
      }
      out.put('"');
      for (boolean first = true; i >= 0 && !out.isFull(); i = headers.find(names[n], i + 1)) {
        if (!first) {
          out.put(',');
          out.put(' ');
        }
        first = false;
        headers.value(i, shown);
        out.jsonText(shown.array(), shown.offset(), shown.length());
      }
      out.put('"');
    }
    if (any) out.put('}');
  }

  private void vars(LogField field, Map<String, Object> vars) {
    if (vars.isEmpty()) return;
    boolean any = false;
    for (Map.Entry<String, Object> each : vars.entrySet()) {
      Object value = each.getValue();
      if (out.isFull()) break;
      if (!(value instanceof String || value instanceof Number || value instanceof Boolean))
        continue;
      if (any) {
        out.put(',');
      } else {
        out.put(field.json());
        out.put('{');
        any = true;
      }
      out.json(each.getKey());
      out.put(':');
      value(value);
    }
    if (any) out.put('}');
  }

  private void value(Object value) {
    switch (value) {
      case Integer n -> out.put((long) n);
      case Long n -> out.put((long) n);
      case Short n -> out.put((long) n);
      case Byte n -> out.put((long) n);
      case Double n when n == Math.rint(n) && Math.abs(n) < 1L << 53 -> out.put(n.longValue());
      // What JSON has no number for, or we cannot be sure of, is shown as text.
      case Double n when Double.isFinite(n) -> out.put(ReadyText.of(n.toString()));
      case Boolean b -> out.put(b ? TRUE : FALSE);
      default -> out.json(value.toString());
    }
  }

  private static final ReadyText TRUE = ReadyText.of("true");
  private static final ReadyText FALSE = ReadyText.of("false");

  private void combined(ExchangeRecord r) {
    if (format.clientAddress == ClientAddress.NONE) out.put('-');
    else address(r);
    out.put(NO_REMOTE_NAME);
    user(r.user);
    out.put(' ');
    out.put('[');
    out.at = clock.putCombined(out.bytes, out.at, r.startMillis);
    out.put(']');
    out.put(' ');
    out.put('"');
    combined(r.method);
    out.put(' ');
    combined(redaction.apply(r.target, shown));
    out.put(' ');
    combined(r.version.text());
    out.put('"');
    out.put(' ');
    out.put((long) r.status);
    out.put(' ');
    out.put(r.responseBytes);
    out.put(' ');
    quoted(redaction.apply(r.referer, shown));
    out.put(' ');
    quoted(r.userAgent);
  }

  /** The name of RFC 1413, which nobody asks for. */
  private static final ReadyText NO_REMOTE_NAME = ReadyText.of(" - ");

  /** A user's name; a blank in it would make another field of the rest. */
  private void user(@Nullable String name) {
    if (name == null || name.isEmpty()) {
      out.put('-');
      return;
    }
    byte[] text = name.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    for (int i = 0; i < text.length; i++) if (text[i] == ' ') text[i] = '_';
    out.combined(text, 0, text.length);
  }

  private void combined(Slice text) {
    out.combined(text.array(), text.offset(), text.length());
  }

  /** A token: a method or a version. */
  private void combined(String token) {
    int length = Math.min(token.length(), small.length);
    for (int i = 0; i < length; i++) small[i] = (byte) token.charAt(i);
    out.combined(small, 0, length);
  }

  private void quoted(Slice value) {
    if (value.isEmpty()) {
      out.put(NO_VALUE);
      return;
    }
    out.put('"');
    combined(value);
    out.put('"');
  }
}
