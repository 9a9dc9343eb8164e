package dev.penstock.engine.control;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.Config.Shorthand;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A fixed answer. */
@Doc("An answer that is always the same: a status, or a mapping.")
public record RespondConfig(
    @Doc("The status.") @Default("200") @Range("200..599") @Shorthand int status,
    @Doc("The body, sent as UTF-8.") @Default("") String body,
    @Doc(
            "Header fields: a value, or a list of values. Without content-type, a body is text/plain; charset=utf-8.")
        @Default("{}")
        Map<String, List<String>> headers) {

  /** Of these the gateway is in charge, by the body and the connection (RFC 9110 §7.6.1, §8.6). */
  private static final Set<String> OURS =
      Set.of(
          "connection",
          "content-length",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  public RespondConfig {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    for (Map.Entry<String, List<String>> field : headers.entrySet())
      check(field.getKey(), field.getValue());
    if ((status == 204 || status == 304) && !body.isEmpty()) {
      throw new IllegalArgumentException("body cannot be sent with status " + status);
    }
  }

  private static void check(String name, List<String> values) {
    if (!Ascii.isToken(name))
      throw new IllegalArgumentException("headers: " + Names.quote(name) + " is not a field name");
    if (OURS.contains(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "headers: the gateway itself sets " + Names.quote(name) + "; remove it");
    }
    for (String value : values) {
      if (!value.chars().allMatch(Ascii::isFieldValue)) {
        throw new IllegalArgumentException(
            "headers: the value of "
                + Names.quote(name)
                + " holds a character that no field may hold");
      }
    }
  }
}
