package dev.penstock.admin;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request that may be made, read as far as all need it. */
final class Call {
  private final String id;
  private final Request request;
  private final Tokens.@Nullable Token token;
  private @Nullable String difference;
  private @Nullable Long revision;
  private boolean isDryRun;

  /**
   * What came in.
   *
   * @param type of the body, without parameters, in lower case
   * @param path parameters of the path, decoded
   * @param address of the client
   */
  record Request(
      String method,
      String target,
      Map<String, String> path,
      Map<String, List<String>> query,
      Map<String, String> headers,
      String type,
      byte[] body,
      String address) {}

  Call(String id, Request request, Tokens.@Nullable Token token) {
    this.id = id;
    this.request = request;
    this.token = token;
  }

  String id() {
    return id;
  }

  Request request() {
    return request;
  }

  /** Who asks; only where a token is needed. */
  Tokens.Token token() {
    Tokens.Token known = token;
    if (known == null) throw new IllegalStateException("nobody asked who it is");
    return known;
  }

  Tokens.@Nullable Token tokenOrNull() {
    return token;
  }

  // ---- parameters

  String path(String name) {
    String value = request.path.get(name);
    if (value == null) throw new IllegalStateException("the path has no " + name);
    return value;
  }

  @Nullable String query(String name) {
    List<String> values = request.query.get(name);
    if (values == null) return null;
    if (values.size() > 1) throw Problem.malformed("the parameter " + name + " stands twice");
    return values.getFirst();
  }

  String query(String name, String otherwise) {
    String value = query(name);
    return value == null ? otherwise : value;
  }

  long number(String name, long otherwise, long least, long most) {
    String text = query(name);
    if (text == null) return otherwise;
    if (!text.matches("[0-9]{1,15}") || Long.parseLong(text) < least || Long.parseLong(text) > most)
      throw Problem.malformed(name + " is a number from " + least + " to " + most);
    return Long.parseLong(text);
  }

  boolean flag(String name, boolean otherwise) {
    String text = query(name);
    if (text == null) return otherwise;
    return switch (text) {
      case "", "true" -> true;
      case "false" -> false;
      default -> throw Problem.malformed(name + " is true or false");
    };
  }

  /** Whether it is only asked what would happen. */
  boolean dryRun() {
    isDryRun = flag("dry-run", false);
    return isDryRun;
  }

  @Nullable String header(String name) {
    return request.headers.get(name.toLowerCase(Locale.ROOT));
  }

  boolean prefersYaml() {
    String accept = header("Accept");
    return accept != null && accept.contains("yaml");
  }

  // ---- body

  String text() {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(request.body)).toString();
    } catch (CharacterCodingException e) {
      throw Problem.malformed("the body is not UTF-8 text");
    }
  }

  @Nullable Object json() {
    return JsonReader.read(text());
  }

  /** The body as an object; its fields are asked for one by one. */
  Body object() {
    if (json() instanceof Map<?, ?> map) return new Body("", map);
    throw Problem.malformed("the body is an object");
  }

  /** As {@link #object}; a body that is empty has no fields. */
  Body objectOrNone() {
    return request.body.length == 0 ? new Body("", Map.of()) : object();
  }

  /** Fields of a body; what is there but not known is refused. */
  static final class Body {
    private final String at;
    private final Map<?, ?> map;

    Body(String at, Map<?, ?> map) {
      this.at = at;
      this.map = map;
    }

    /** Refuses other keys than these. */
    Body only(String... known) {
      for (Object key : map.keySet())
        if (!List.of(known).contains(String.valueOf(key)))
          throw Problem.malformed(
              "there is no field \"" + at + key + "\"; known: " + String.join(", ", known));
      return this;
    }

    boolean has(String name) {
      return map.containsKey(name);
    }

    @Nullable Object raw(String name) {
      return map.get(name);
    }

    @Nullable String text(String name) {
      Object value = map.get(name);
      if (value == null) return null;
      if (value instanceof String text) return text;
      throw Problem.malformed(at + name + " is a text");
    }

    String required(String name) {
      String value = text(name);
      if (value == null || value.isEmpty()) throw Problem.malformed(at + name + " is missing");
      return value;
    }

    @Nullable Long whole(String name) {
      Object value = map.get(name);
      if (value == null) return null;
      if (value instanceof Long number) return number;
      throw Problem.malformed(at + name + " is a whole number");
    }

    @Nullable Double decimal(String name) {
      Object value = map.get(name);
      if (value == null) return null;
      if (value instanceof Number number) return number.doubleValue();
      throw Problem.malformed(at + name + " is a number");
    }

    boolean flag(String name, boolean otherwise) {
      Object value = map.get(name);
      if (value == null) return otherwise;
      if (value instanceof Boolean flag) return flag;
      throw Problem.malformed(at + name + " is true or false");
    }

    @Nullable Body object(String name) {
      Object value = map.get(name);
      if (value == null) return null;
      if (value instanceof Map<?, ?> inner) return new Body(at + name + ".", inner);
      throw Problem.malformed(at + name + " is an object");
    }

    List<Body> objects(String name) {
      Object value = map.get(name);
      if (value == null) return List.of();
      if (!(value instanceof List<?> list)) throw Problem.malformed(at + name + " is a list");
      List<Body> all = new ArrayList<>();
      for (Object each : list) {
        if (!(each instanceof Map<?, ?> inner))
          throw Problem.malformed(at + name + " is a list of objects");
        all.add(new Body(at + name + "[" + all.size() + "].", inner));
      }
      return all;
    }

    /** Objects by name; empty when there are none. */
    Map<String, Body> entries(String name) {
      Map<String, Body> all = new LinkedHashMap<>();
      Body of = object(name);
      if (of == null) return all;
      for (Object each : of.map.keySet()) {
        String key = String.valueOf(each);
        Body value = of.object(key);
        if (value == null) throw Problem.malformed(of.at + key + " is an object");
        all.put(key, value);
      }
      return all;
    }

    Map<?, ?> fields() {
      return map;
    }
  }

  // ---- for the audit log

  /** What this call did, or would do. */
  void did(long number, String what) {
    revision = number;
    difference = what;
  }

  @Nullable String difference() {
    return difference;
  }

  @Nullable Long revision() {
    return revision;
  }

  boolean wasDryRun() {
    return isDryRun;
  }
}
