package dev.penstock.scripting;

import dev.penstock.engine.http.RequestHead;
import org.jspecify.annotations.Nullable;

/**
 * Changes of a request head that a script asks for; null, or a sentence that says what is wrong.
 */
final class HeadEdits {
  private HeadEdits() {}

  static @Nullable String path(RequestHead head, String path) {
    try {
      head.path(path);
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  static @Nullable String query(RequestHead head, String query) {
    try {
      head.query(query.isEmpty() ? null : query);
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }
}
