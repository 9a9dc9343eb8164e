package dev.penstock.scripting.web;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.graalvm.polyglot.HostAccess;
import org.jspecify.annotations.Nullable;

/** What a {@code data:} URL holds (Fetch §6). Public because the guest calls it. */
public final class DataUrl {
  private final String type;
  private final byte[] bytes;

  private DataUrl(String type, byte[] bytes) {
    this.type = type;
    this.bytes = bytes;
  }

  /**
   * @return null when it is not valid
   */
  static @Nullable DataUrl parse(String url) {
    int comma = url.indexOf(',');
    if (comma < 0) return null;
    String type = url.substring("data:".length(), comma).strip();
    byte[] body = PercentSet.decode(url.substring(comma + 1));
    int semicolon = type.lastIndexOf(';');
    if (semicolon >= 0
        && type.substring(semicolon + 1).strip().toLowerCase(Locale.ROOT).equals("base64")) {
      String decoded = Base64Text.decode(new String(body, StandardCharsets.ISO_8859_1));
      if (decoded == null) return null;
      body = decoded.getBytes(StandardCharsets.ISO_8859_1);
      type = type.substring(0, semicolon).stripTrailing();
    }
    return new DataUrl(type, body);
  }

  @HostAccess.Export
  public String type() {
    return type;
  }

  @HostAccess.Export
  public Object bytes() {
    return ByteBuffer.wrap(bytes);
  }
}
