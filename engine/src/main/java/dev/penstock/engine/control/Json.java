package dev.penstock.engine.control;

import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes maps, lists, texts, numbers, booleans and nulls as JSON (RFC 8259). */
public final class Json {
  private final StringBuilder out = new StringBuilder();
  private final boolean isIndented;

  private Json(boolean isIndented) {
    this.isIndented = isIndented;
  }

  /** Indented, with a line end. */
  public static String write(@Nullable Object value) {
    Json json = new Json(true);
    json.value(value, "\n");
    return json.out.append('\n').toString();
  }

  /** On one line, without its end. */
  public static String line(@Nullable Object value) {
    Json json = new Json(false);
    json.value(value, "");
    return json.out.toString();
  }

  private void value(@Nullable Object value, String newLine) {
    switch (value) {
      case null -> out.append("null");
      case Map<?, ?> map -> {
        Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
        String inner = isIndented ? newLine + "  " : "";
        out.append('{');
        while (entries.hasNext()) {
          Map.Entry<?, ?> entry = entries.next();
          out.append(inner);
          text(String.valueOf(entry.getKey()));
          out.append(isIndented ? ": " : ":");
          value(entry.getValue(), inner);
          out.append(entries.hasNext() ? "," : newLine);
        }
        out.append('}');
      }
      case Iterable<?> list -> {
        Iterator<?> items = list.iterator();
        String inner = isIndented ? newLine + "  " : "";
        out.append('[');
        while (items.hasNext()) {
          out.append(inner);
          value(items.next(), inner);
          out.append(items.hasNext() ? "," : newLine);
        }
        out.append(']');
      }
      case Double number when !Double.isFinite(number) -> out.append("null");
      case Number number -> out.append(number);
      case Boolean flag -> out.append(flag);
      default -> text(value.toString());
    }
  }

  private void text(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        default -> {
          if (c < 0x20 || c == 0x7f) out.append("\\u%04x".formatted((int) c));
          else out.append(c);
        }
      }
    }
    out.append('"');
  }
}
