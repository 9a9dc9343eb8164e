package dev.penstock.admin;

import dev.penstock.engine.control.Document;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Where routes and upstreams of a document name what scripts and plugins offer. */
final class Uses {
  private Uses() {}

  /**
   * As in {@code route users}, in the order of the document.
   *
   * @param isUse whether an entry names it, given {@code routes} or {@code upstreams} and the entry
   */
  static List<String> of(Document document, BiPredicate<String, @Nullable Object> isUse) {
    List<String> uses = new ArrayList<>();
    for (String kind : List.of("routes", "upstreams")) {
      if (!(document.findOrNull(List.of(kind)) instanceof Map<?, ?> entries)) continue;
      entries.forEach((id, value) -> {
        if (isUse.test(kind, value)) uses.add(kind.substring(0, kind.length() - 1) + " " + id);
      });
    }
    return uses;
  }

  /** Whether {@code wanted} is a value somewhere in {@code value}. */
  static boolean hasValue(@Nullable Object value, String wanted) {
    return has(value, wanted, false);
  }

  /** Whether {@code wanted} is a key or a value somewhere in {@code value}. */
  static boolean hasKeyOrValue(@Nullable Object value, String wanted) {
    return has(value, wanted, true);
  }

  private static boolean has(@Nullable Object value, String wanted, boolean inKeys) {
    return switch (value) {
      case Map<?, ?> map ->
          inKeys && map.containsKey(wanted)
              || map.values().stream().anyMatch(each -> has(each, wanted, inKeys));
      case List<?> list -> list.stream().anyMatch(each -> has(each, wanted, inKeys));
      case null, default -> wanted.equals(value);
    };
  }
}
