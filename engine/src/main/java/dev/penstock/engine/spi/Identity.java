package dev.penstock.engine.spi;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who sends a request, as a filter has found out. Immutable; may be shared by many requests.
 *
 * @param subject who it is, unique within what vouches for it: a user's name, {@code sub} of a
 *     token, the name of a key
 * @param scheme how that is known: {@code basic}, {@code jwt}, {@code api-key}, {@code
 *     client-cert}, {@code signature}, or a plugin's word
 * @param groups what it belongs to, or may do: groups, roles, scopes
 * @param claims all that is said about it: strings, numbers, booleans, lists and maps of them.
 *     Never a secret: scripts see them
 */
public record Identity(
    String subject, String scheme, List<String> groups, Map<String, Object> claims) {

  public Identity {
    groups = List.copyOf(groups);
    claims = Map.copyOf(claims);
  }

  /** An identity of which nothing more is known. */
  public static Identity of(String subject, String scheme) {
    return new Identity(subject, scheme, List.of(), Map.of());
  }

  /**
   * A claim by name, or by the names on the way to it: {@code realm.roles}. A claim whose own name
   * has dots goes first.
   */
  public @Nullable Object claim(String path) {
    Object whole = claims.get(path);
    if (whole != null) return whole;
    Object at = claims;
    for (int from = 0; from <= path.length(); ) {
      if (!(at instanceof Map<?, ?> map)) return null;
      int dot = path.indexOf('.', from);
      int end = dot < 0 ? path.length() : dot;
      at = map.get(path.substring(from, end));
      if (at == null) return null;
      from = end + 1;
    }
    return at;
  }
}
