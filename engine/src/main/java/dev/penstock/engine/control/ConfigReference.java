package dev.penstock.engine.control;

import dev.penstock.engine.spi.BalancerFactory;
import dev.penstock.engine.spi.FilterFactory;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the reference of all keys as Markdown, from the same records that the reader decodes. */
public final class ConfigReference {
  private final Registries registries;
  private final StringBuilder out = new StringBuilder();
  private final Map<Class<?>, String> headings = new LinkedHashMap<>();
  private final Deque<Class<? extends Record>> open = new ArrayDeque<>();

  private ConfigReference(Registries registries) {
    this.registries = registries;
  }

  /** The reference as Markdown text. */
  public static String of(Registries registries) {
    return new ConfigReference(registries).document();
  }

  /** The part of it that is about the filters of {@code registries}, as a document of its own. */
  public static String ofFilters(Registries registries) {
    ConfigReference reference = new ConfigReference(registries);
    reference.filters();
    return reference.out.toString().stripLeading();
  }

  private String document() {
    out.append("# Configuration reference\n\n");
    out.append(
        "Generated from the records that the gateway reads. One YAML 1.2 document, or JSON. In values, `${NAME}`,\n");
    out.append(
        "`${NAME:-default}`, `${file:/path}` and `${SOURCE:key}` (of a source under `secrets:`) are replaced; `$${` stands\n");
    out.append("for `${`. Where a list is expected, a single value stands for a list of one.\n");
    section(GatewayConfig.class, "The document");
    drain();
    filters();
    offered(BalancerFactory.class, "Balancers", "Under `balancer:` of an upstream.");
    return out.toString();
  }

  private void filters() {
    offered(
        FilterFactory.class,
        "Filters",
        "Under `filters:` of a route, and beside its other keys where they answer.");
  }

  private void offered(Class<?> factory, String title, String where) {
    if (registries.names(factory).isEmpty()) return;
    out.append("\n# ").append(title).append("\n\n").append(where).append('\n');
    for (String name : registries.names(factory)) {
      Class<? extends Record> type = registries.configType(factory, name);
      if (type != null) section(type, name);
      drain();
    }
  }

  private void drain() {
    while (!open.isEmpty()) {
      Class<? extends Record> type = open.removeFirst();
      section(type, heading(type));
    }
  }

  private void section(Class<? extends Record> type, String title) {
    RecordShape shape = RecordShape.of(type);
    out.append("\n## ").append(title).append("\n\n");
    if (shape.doc() != null) out.append(shape.doc()).append("\n\n");
    if (shape.keys().isEmpty()) {
      out.append("It has no keys.\n");
      return;
    }
    out.append("| key | takes | default | meaning |\n|---|---|---|---|\n");
    for (RecordShape.Key key : shape.keys()) row(shape, key);
    if (shape.others() != null) row(shape, shape.others());
  }

  private void row(RecordShape shape, RecordShape.Key key) {
    boolean isOther = key.equals(shape.others());
    out.append("| ").append(isOther ? "*a filter's name*" : "`" + key.name() + "`");
    if (key.equals(shape.shorthand())) out.append(" (alone)");
    out.append(" | ").append(cell(takes(key.shape())));
    Range range = key.range();
    if (range != null) out.append(", ").append(cell(range.remedy()));
    if (key.isSecret()) out.append(", secret");
    out.append(" | ");
    if (key.defaultText() != null)
      out.append('`')
          .append(cell(key.defaultText().isEmpty() ? "\"\"" : key.defaultText()))
          .append('`');
    else out.append(key.isNullable() ? "" : "required");
    out.append(" | ").append(cell(key.doc())).append(" |\n");
  }

  private String takes(Shape shape) {
    return switch (shape) {
      case Shape.RecordOf record -> link(record.type());
      case Shape.ListOf list -> "list of " + takes(list.element());
      case Shape.MapOf map -> "name: " + takes(map.value());
      case Shape.Offered offered ->
          registries.names(offered.factory()).isEmpty()
              ? Names.one(Registries.kind(offered.factory())) + " of a plugin"
              : "["
                  + Registries.kind(offered.factory())
                  + "](#"
                  + Registries.kind(offered.factory())
                  + "s)";
      case Shape.Choice choice -> "`" + String.join("`, `", choice.words().keySet()) + "`";
      case Shape.Free free -> "anything";
      case Shape.OneOf oneOf -> {
        StringBuilder all = new StringBuilder();
        oneOf
            .records()
            .forEach((name, type) ->
                all.append(all.isEmpty() ? "" : ", ")
                    .append('`')
                    .append(name)
                    .append("`: ")
                    .append(link(type)));
        yield all.toString();
      }
      default -> Expected.noun(shape).replaceFirst("^an? ", "");
    };
  }

  private String link(Class<? extends Record> type) {
    if (!headings.containsKey(type)) {
      headings.put(type, freeHeading(type));
      open.addLast(type);
    }
    String heading = heading(type);
    return "[" + heading + "](#" + heading.toLowerCase(Locale.ROOT).replace(' ', '-') + ")";
  }

  private String heading(Class<?> type) {
    return headings.getOrDefault(type, type.getSimpleName());
  }

  private String freeHeading(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    String name = (outer == null ? "" : words(outer) + " ") + words(type);
    String free = name;
    for (int i = 2; headings.containsValue(free); i++) free = name + " " + i;
    return free;
  }

  private static String words(Class<?> type) {
    return Names.lowerDash(type.getSimpleName())
        .replaceFirst("-(config|rules)$", "")
        .replace('-', ' ');
  }

  private static String cell(@Nullable String text) {
    return text == null ? "" : text.replace("|", "\\|").replace('\n', ' ');
  }
}
