package dev.penstock.admin;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A part of a list. */
final class Page {
  private Page() {}

  /**
   * The part that {@code call} asks for. The cursor is the place in the list: what is added or
   * removed meanwhile may show an item twice or not at all.
   */
  static <T> Answer of(Call call, List<T> all, Function<T, ? extends @Nullable Object> shown) {
    int limit = (int) call.number("limit", 100, 1, 1000);
    int from = (int) Math.min(all.size(), call.number("cursor", 0, 0, Integer.MAX_VALUE));
    int to = Math.min(all.size(), from + limit);
    List<? extends @Nullable Object> items = all.subList(from, to).stream().map(shown).toList();
    return Answer.json(
        Fields.of(
            "items",
            items,
            "total",
            all.size(),
            "next",
            to < all.size() ? Integer.toString(to) : null));
  }
}
