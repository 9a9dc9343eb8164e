package dev.penstock.admin.cli;

import dev.penstock.engine.control.Document;
import dev.penstock.engine.control.DurableFile;
import dev.penstock.engine.control.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gateways that commands work on: address and token by name, in a file that only its owner may
 * read.
 */
final class Contexts {
  private static final String DEFAULT_ADDRESS = "http://127.0.0.1:9000";

  private final Path file;
  private final Map<String, Context> all = new LinkedHashMap<>();
  private String current = "";

  /**
   * One gateway.
   *
   * @param address {@code http://127.0.0.1:9000}
   * @param token empty for none
   */
  record Context(String address, String token, Identity identity) {}

  private Contexts(Path file) {
    this.file = file;
  }

  /** Those of this user; {@code $XDG_CONFIG_HOME/penstock/contexts.json}. */
  static Contexts load(Function<String, @Nullable String> environment) throws IOException {
    String base = environment.apply("XDG_CONFIG_HOME");
    Path config =
        base == null || base.isEmpty()
            ? Path.of(System.getProperty("user.home", "."), ".config")
            : Path.of(base);
    Contexts contexts = new Contexts(config.resolve("penstock").resolve("contexts.json"));
    contexts.read();
    return contexts;
  }

  private void read() throws IOException {
    if (!Files.exists(file)) return;
    try {
      if (!(Document.parse(Files.readString(file), file.toString()).tree()
          instanceof Map<?, ?> map)) return;
      current = String.valueOf(map.get("current"));
      if (map.get("contexts") instanceof Map<?, ?> known)
        known.forEach((name, value) -> {
          if (value instanceof Map<?, ?> one)
            all.put(
                String.valueOf(name),
                new Context(
                    String.valueOf(one.get("address")),
                    String.valueOf(one.get("token")),
                    new Identity(
                        path(one, "authority"), path(one, "certificate"), path(one, "key"))));
        });
    } catch (Document.MalformedException e) {
      throw new IOException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static @Nullable Path path(Map<?, ?> one, String key) {
    return one.get(key) instanceof String text ? Path.of(text) : null;
  }

  private static Map<String, Object> written(Context one) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("address", one.address);
    fields.put("token", one.token);
    Identity identity = one.identity;
    if (identity.authority() != null) fields.put("authority", identity.authority().toString());
    if (identity.certificate() != null)
      fields.put("certificate", identity.certificate().toString());
    if (identity.key() != null) fields.put("key", identity.key().toString());
    return fields;
  }

  private void write() throws IOException {
    Map<String, Object> known = new LinkedHashMap<>();
    all.forEach((name, one) -> known.put(name, written(one)));
    Map<String, Object> whole = new LinkedHashMap<>();
    whole.put("current", current);
    whole.put("contexts", known);
    DurableFile.write(file, Json.write(whole).getBytes(StandardCharsets.UTF_8));
  }

  Map<String, Context> all() {
    return all;
  }

  String current() {
    return current;
  }

  /** Keeps a context; it is the current one from now on. */
  void set(String name, Context context) throws IOException {
    all.put(name, context);
    current = name;
    write();
  }

  void use(String name) throws IOException {
    find(name);
    current = name;
    write();
  }

  void remove(String name) throws IOException {
    find(name);
    all.remove(name);
    if (current.equals(name)) current = "";
    write();
  }

  private Context find(String name) throws IOException {
    Context found = all.get(name);
    if (found == null)
      throw new IOException(
          "there is no context \"" + name + "\"; known: " + String.join(", ", all.keySet()));
    return found;
  }

  /**
   * What a command works on: what it was told, then {@code PENSTOCK_ADDRESS} and {@code
   * PENSTOCK_TOKEN}, then the context.
   */
  Context choose(
      @Nullable String name,
      @Nullable String address,
      Function<String, @Nullable String> environment)
      throws IOException {
    Context base = new Context(DEFAULT_ADDRESS, "", Identity.NONE);
    if (name != null) base = find(name);
    else if (all.containsKey(current)) base = find(current);
    String token = environment.apply("PENSTOCK_TOKEN");
    String told = address == null ? environment.apply("PENSTOCK_ADDRESS") : address;
    String chosen = told == null ? base.address : told.replaceFirst("/+$", "");
    // A token goes only where it was meant for.
    boolean isSame = chosen.equals(base.address);
    return new Context(
        chosen,
        token != null ? token : isSame ? base.token : "",
        isSame ? base.identity : Identity.NONE);
  }
}
