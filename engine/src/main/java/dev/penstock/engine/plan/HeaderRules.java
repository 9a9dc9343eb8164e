package dev.penstock.engine.plan;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.ConfigException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Changes to header fields: first remove, then set, add, append. A value that comes out empty is
 * not written; {@code set} then removes the field.
 */
public record HeaderRules(
    @Doc("Fields that are removed; x-internal-* stands for all that begin so.") @Default("[]")
        List<String> remove,
    @Doc(
            "Fields that get this one value, whatever they had. Values may hold variables: {client-ip}.")
        @Default("{}")
        Map<String, String> set,
    @Doc("Fields that are added beside those of the same name.") @Default("{}")
        Map<String, String> add,
    @Doc(
            "Values that are appended to the list a field holds, or make the field when there is none.")
        @Default("{}")
        Map<String, String> append) {

  /** Changes nothing. */
  public static final HeaderRules NONE = new HeaderRules(List.of(), Map.of(), Map.of(), Map.of());

  /** Fields by which messages are framed and connections are run: the engine's own. */
  private static final Set<HeaderName> FRAMING =
      Set.of(
          HeaderName.CONTENT_LENGTH,
          HeaderName.TRANSFER_ENCODING,
          HeaderName.CONNECTION,
          HeaderName.KEEP_ALIVE,
          HeaderName.PROXY_CONNECTION,
          HeaderName.UPGRADE,
          HeaderName.TE,
          HeaderName.TRAILER,
          HeaderName.HTTP2_SETTINGS);

  public HeaderRules {
    remove = List.copyOf(remove);
    set = Collections.unmodifiableMap(new LinkedHashMap<>(set));
    add = Collections.unmodifiableMap(new LinkedHashMap<>(add));
    append = Collections.unmodifiableMap(new LinkedHashMap<>(append));
    for (String name : remove)
      check(name.endsWith("*") ? name.substring(0, name.length() - 1) : name);
    set.keySet().forEach(HeaderRules::check);
    add.keySet().forEach(HeaderRules::check);
    append.keySet().forEach(HeaderRules::check);
    for (String name : append.keySet()) {
      if (HeaderName.find(name) == HeaderName.SET_COOKIE) {
        throw new ConfigException("Set-Cookie cannot be a list (RFC 9110 §5.3); use \"add\"");
      }
    }
  }

  /** Whether rules may not touch a field. */
  static boolean isEngineOwned(HeaderName name) {
    return name == HeaderName.HOST || FRAMING.contains(name);
  }

  boolean isEmpty() {
    return remove.isEmpty() && set.isEmpty() && add.isEmpty() && append.isEmpty();
  }

  private static void check(String name) {
    if (!Ascii.isToken(name))
      throw new ConfigException("\"%s\" is not a header name".formatted(name));
    HeaderName known = HeaderName.find(name);
    if (known == HeaderName.HOST)
      throw new ConfigException("Host is changed by \"host\" beside the header rules");
    if (known != null && FRAMING.contains(known)) {
      throw new ConfigException(
          "%s frames the message or runs the connection and is the gateway's own".formatted(known));
    }
  }
}
