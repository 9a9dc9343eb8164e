package dev.penstock.admin;

import dev.penstock.engine.control.AdminRole;
import dev.penstock.engine.control.Document;
import dev.penstock.engine.control.DurableFile;
import dev.penstock.engine.control.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in. Of a token only its SHA-256 is kept: it has 256 random bits, so that a slow hash
 * would add nothing. Thread-safe.
 */
final class Tokens {
  private static final int MOST = 1000;

  private final @Nullable Path file;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Token> tokens = new LinkedHashMap<>();

  /**
   * A token without itself.
   *
   * @param digest of the token, in hexadecimal
   * @param expiresAt milliseconds on the wall clock; null for never
   */
  record Token(
      String id,
      String name,
      AdminRole role,
      String digest,
      long createdAt,
      @Nullable Long expiresAt,
      @Nullable Long lastUsedAt) {
    Token usedAt(long nowMillis) {
      return new Token(id, name, role, digest, createdAt, expiresAt, nowMillis);
    }

    boolean hasExpired(long nowMillis) {
      return expiresAt != null && expiresAt <= nowMillis;
    }

    Fields shown() {
      return Fields.of(
          "id",
          id,
          "name",
          name,
          "role",
          role.text(),
          "createdAt",
          Fields.time(createdAt),
          "expiresAt",
          expiresAt == null ? null : Fields.time(expiresAt),
          "lastUsedAt",
          lastUsedAt == null ? null : Fields.time(lastUsedAt));
    }
  }

  /** A token with itself, which nobody sees again. */
  record Made(Token token, String secret) {}

  private Tokens(@Nullable Path file) {
    this.file = file;
  }

  /**
   * The tokens in {@code folder}; without one they last as long as the process.
   *
   * @throws IOException when they cannot be read: nobody should come in by a list that is half
   *     there
   */
  static Tokens in(@Nullable Path folder) throws IOException {
    Tokens tokens = new Tokens(folder == null ? null : folder.resolve("tokens.json"));
    tokens.load();
    return tokens;
  }

  private void load() throws IOException {
    if (file == null || !Files.exists(file)) return;
    try {
      if (!(Document.parse(Files.readString(file), file.toString()).tree() instanceof List<?> all))
        throw new IOException(file + " is no list of tokens");
      for (Object each : all) {
        if (!(each instanceof Map<?, ?> map)) throw new IOException(file + " is no list of tokens");
        Token token =
            new Token(
                String.valueOf(map.get("id")),
                String.valueOf(map.get("name")),
                AdminRole.parse(String.valueOf(map.get("role"))),
                String.valueOf(map.get("digest")),
                map.get("created-at") instanceof Number n ? n.longValue() : 0,
                map.get("expires-at") instanceof Number n ? n.longValue() : null,
                null);
        tokens.put(token.id, token);
      }
    } catch (Document.MalformedException | IllegalArgumentException e) {
      throw new IOException(file + " is broken: " + e.getMessage(), e);
    }
  }

  private void save() throws IOException {
    if (file == null) return;
    List<Fields> all = new ArrayList<>();
    for (Token each : tokens.values()) {
      all.add(
          Fields.of(
              "id", each.id,
              "name", each.name,
              "role", each.role.text(),
              "digest", each.digest,
              "created-at", each.createdAt,
              "expires-at", each.expiresAt));
    }
    DurableFile.write(file, Json.write(all).getBytes(StandardCharsets.UTF_8));
  }

  synchronized boolean isEmpty() {
    return tokens.isEmpty();
  }

  synchronized List<Token> all() {
    return List.copyOf(tokens.values());
  }

  /** Makes a token; it is on disk when this returns. */
  synchronized Made make(String name, AdminRole role, @Nullable Long expiresAt, long nowMillis)
      throws IOException {
    if (tokens.size() >= MOST)
      throw new Problem(Problem.Kind.CONFLICT, "there are " + MOST + " tokens; revoke some");
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    String secret = "pst_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    byte[] id = new byte[6];
    random.nextBytes(id);
    Token token =
        new Token(
            HexFormat.of().formatHex(id), name, role, digest(secret), nowMillis, expiresAt, null);
    tokens.put(token.id, token);
    try {
      save();
    } catch (IOException e) {
      tokens.remove(token.id);
      throw e;
    }
    return new Made(token, secret);
  }

  /** Revokes a token; false when there is none. */
  synchronized boolean revoke(String id) throws IOException {
    Token gone = tokens.remove(id);
    if (gone == null) return false;
    try {
      save();
    } catch (IOException e) {
      tokens.put(id, gone);
      throw e;
    }
    return true;
  }

  /** Whose token this is; null for nobody's. All are compared, each in constant time. */
  synchronized @Nullable Token find(String secret, long nowMillis) {
    byte[] digest = digest(secret).getBytes(StandardCharsets.ISO_8859_1);
    Token found = null;
    for (Token each : tokens.values()) {
      if (MessageDigest.isEqual(digest, each.digest.getBytes(StandardCharsets.ISO_8859_1)))
        found = each;
    }
    if (found == null || found.hasExpired(nowMillis)) return null;
    Token used = found.usedAt(nowMillis);
    tokens.put(used.id, used);
    return used;
  }

  static String digest(String secret) {
    return DurableFile.digest(secret.getBytes(StandardCharsets.UTF_8));
  }
}
