package dev.penstock.engine.spi;

import dev.penstock.engine.http.HeaderMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The language of a route's {@code rewrite:} rules, for filters that speak it too: templates with
 * variables such as <code>{client-ip}</code>, changes to fields and paths. What comes of it is
 * checked as the route's own rules are: no value can break out of its place.
 *
 * <p>All methods throw {@link ConfigException} with a sentence for the user.
 */
public interface Rewrites {
  /** A template for the value of a header field. */
  Text text(String template);

  /** A template for an address or a part of one; values of header fields are percent-encoded. */
  Text address(String template);

  /** Changes to fields: first remove, then set, add, append; values are templates. */
  HeaderEdits headers(
      List<String> remove,
      Map<String, String> set,
      Map<String, String> add,
      Map<String, String> append);

  /**
   * Changes to a path, as under {@code rewrite.path} of a route: a template alone, or strip,
   * replace, add.
   */
  PathEdits path(
      @Nullable String template,
      @Nullable String stripPrefix,
      Map<String, String> replace,
      @Nullable String addPrefix);

  /** A template, compiled. Thread-safe. */
  interface Text {
    /** The text with the values of one exchange. Makes no string when there are no variables. */
    String render(Exchange exchange);
  }

  /** Changes to header fields, compiled. Thread-safe. */
  interface HeaderEdits {
    void apply(HeaderMap headers, Exchange exchange);
  }

  /** Changes to a path, compiled. Thread-safe. */
  interface PathEdits {
    /**
     * Changes the path of the exchange's request.
     *
     * @return null, or why the rules make no valid path of this one; it is then as it was
     */
    @Nullable String apply(Exchange exchange);
  }
}
