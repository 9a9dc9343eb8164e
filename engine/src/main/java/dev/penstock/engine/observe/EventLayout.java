package dev.penstock.engine.observe;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.layout.AbstractStringLayout;
import org.jspecify.annotations.Nullable;

/** How events of the gateway's own log are written. Used under a lock of its appender. */
abstract class EventLayout extends AbstractStringLayout {
  private final LogClock clock = new LogClock();
  private final byte[] time = new byte[32];

  EventLayout() {
    super(StandardCharsets.UTF_8);
  }

  @Override
  public abstract String toSerializable(LogEvent event);

  final String time(LogEvent event) {
    int length = clock.putRfc3339(time, 0, event.getTimeMillis());
    return new String(time, 0, length, StandardCharsets.ISO_8859_1);
  }

  static @Nullable String stack(LogEvent event) {
    Throwable thrown = event.getThrown();
    if (thrown == null) return null;
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString().stripTrailing();
  }

  /**
   * {@code 2026-11-23T08:52:41.123Z INFO ControlPlane: applied version 3}. Control characters are
   * made visible and further lines are indented, so that nobody can write lines that look like
   * ours.
   */
  static final class Text extends EventLayout {
    @Override
    public String toSerializable(LogEvent event) {
      StringBuilder out = new StringBuilder(160);
      String level = event.getLevel().name();
      out.append(time(event))
          .append(' ')
          .append(level)
          .append(" ".repeat(Math.max(1, 6 - level.length())));
      String logger = event.getLoggerName();
      out.append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(": ");
      visible(out, event.getMessage().getFormattedMessage());
      String stack = stack(event);
      if (stack != null) visible(out.append("\n\t"), stack);
      return out.append('\n').toString();
    }

    private static void visible(StringBuilder out, String text) {
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == '\n') {
          out.append('\n');
          if (i + 1 < text.length() && text.charAt(i + 1) != '\t') out.append('\t');
        } else if ((c >= 0x20 && c < 0x7f) || c >= 0xa0 || c == '\t') {
          out.append(c);
        } else if (c != '\r') {
          out.append("\\x").append((char) LogText.hex(c >> 4)).append((char) LogText.hex(c));
        }
      }
    }
  }

  /** One JSON object per line, with the names that the access log uses. */
  static final class Json extends EventLayout {
    private final byte[] buffer = new byte[EntryBuffer.MAX_ENTRY];
    private final EntryBuffer out = new EntryBuffer();

    @Override
    public String toSerializable(LogEvent event) {
      out.begin(buffer, 0, EntryBuffer.MAX_ENTRY);
      text("{\"time\":", time(event));
      text(",\"level\":", event.getLevel().name());
      text(",\"logger\":", event.getLoggerName());
      text(",\"thread\":", event.getThreadName());
      text(",\"message\":", event.getMessage().getFormattedMessage());
      String stack = stack(event);
      if (stack != null) text(",\"exception\":", stack);
      out.put('}');
      out.put('\n');
      return new String(buffer, 0, out.at, StandardCharsets.UTF_8);
    }

    private void text(String name, String value) {
      out.put(ReadyText.of(name));
      out.json(value);
    }
  }
}
