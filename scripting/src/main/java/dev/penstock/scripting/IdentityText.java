package dev.penstock.scripting;

import dev.penstock.engine.spi.Identity;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An identity as JSON, for {@code exchange.identity}; made only when a script asks. */
final class IdentityText {
  private static final int MAX_DEPTH = 32;

  private IdentityText() {}

  static String json(Identity who) {
    StringBuilder out = new StringBuilder(256);
    out.append("{\"subject\":").append(Json.quoted(who.subject()));
    out.append(",\"scheme\":").append(Json.quoted(who.scheme()));
    out.append(",\"groups\":");
    value(out, who.groups(), 0);
    out.append(",\"claims\":");
    value(out, who.claims(), 0);
    return out.append('}').toString();
  }

  private static void value(StringBuilder out, @Nullable Object value, int depth) {
    switch (value) {
      case null -> out.append("null");
      case Boolean flag -> out.append(flag.booleanValue());
      case Double number when !Double.isFinite(number) -> out.append("null");
      case Number number -> out.append(number);
      case Iterable<?> list when depth < MAX_DEPTH -> {
        out.append('[');
        String comma = "";
        for (Object each : list) {
          out.append(comma);
          value(out, each, depth + 1);
          comma = ",";
        }
        out.append(']');
      }
      case Map<?, ?> map when depth < MAX_DEPTH -> {
        out.append('{');
        String comma = "";
        for (Map.Entry<?, ?> each : map.entrySet()) {
          out.append(comma).append(Json.quoted(String.valueOf(each.getKey()))).append(':');
          value(out, each.getValue(), depth + 1);
          comma = ",";
        }
        out.append('}');
      }
      default -> out.append(Json.quoted(value.toString()));
    }
  }
}
