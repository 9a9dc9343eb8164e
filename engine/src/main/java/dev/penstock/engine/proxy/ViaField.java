package dev.penstock.engine.proxy;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.HttpVersion;
import dev.penstock.engine.plan.ForwardingRules;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Our element of {@code Via} (RFC 9110 §7.6.3, H6), kept as bytes from message to message.
 * Worker-confined.
 */
final class ViaField {
  private static final int MAJOR_VERSION_AT = 0;
  private static final int MINOR_VERSION_AT = 2;

  private byte[] text = {};
  private @Nullable ForwardingRules rules;

  /** Says that a message of {@code version} has passed here. */
  void addTo(HeaderMap headers, HttpVersion version, ForwardingRules current) {
    if (current != rules) {
      text = ("1.1 " + current.pseudonym()).getBytes(StandardCharsets.ISO_8859_1);
      rules = current;
    }
    text[MAJOR_VERSION_AT] = (byte) (version == HttpVersion.HTTP_2 ? '2' : '1');
    text[MINOR_VERSION_AT] = (byte) (version == HttpVersion.HTTP_1_1 ? '1' : '0');
    headers.add(HeaderName.VIA, text, 0, text.length);
  }
}
