package dev.penstock.engine.control;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes maps, lists, texts, numbers, booleans and nulls as indented JSON (RFC 8259). */
final class Json {
  private Json() {}

  static String write(@Nullable Object value) {
    StringBuilder out = new StringBuilder();
    write(value, "\n", out);
    return out.append('\n').toString();
  }

  private static void write(@Nullable Object value, String newLine, StringBuilder out) {
    switch (value) {
      case null -> out.append("null");
      case Map<?, ?> map -> {
        Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
        String inner = newLine + "  ";
        out.append('{');
        while (entries.hasNext()) {
          Map.Entry<?, ?> entry = entries.next();
          out.append(inner);
          writeText(String.valueOf(entry.getKey()), out);
          out.append(": ");
          write(entry.getValue(), inner, out);
          out.append(entries.hasNext() ? "," : newLine);
        }
        out.append('}');
      }
      case List<?> list -> {
        String inner = newLine + "  ";
        out.append('[');
        for (int i = 0; i < list.size(); i++) {
          out.append(inner);
          write(list.get(i), inner, out);
          out.append(i + 1 < list.size() ? "," : newLine);
        }
        out.append(']');
      }
      case Number number -> out.append(number);
      case Boolean flag -> out.append(flag);
      default -> writeText(value.toString(), out);
    }
  }

  private static void writeText(String text, StringBuilder out) {
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
