package dev.penstock.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;

class GatewayLoggingTest {
  @Test
  void linesForPeopleCannotBeForgedByWhatTheyQuote() {
    LogEvent event =
        event("bad host \"x\u001b[2J\"\r\n2026-11-23T08:52:41.123Z ERROR Core: all is lost", null);
    assertThat(new EventLayout.Text().toSerializable(event))
        .isEqualTo(
            """
            2026-11-23T08:52:41.123Z WARN  Reader: bad host "x\\x1b[2J"
            \t2026-11-23T08:52:41.123Z ERROR Core: all is lost
            """);
  }

  @Test
  void stacksFollowIndented() {
    Throwable thrown = new IllegalStateException("why");
    thrown.setStackTrace(new StackTraceElement[] {new StackTraceElement("a.B", "c", "B.java", 7)});
    assertThat(new EventLayout.Text().toSerializable(event("what", thrown)))
        .isEqualTo(
            """
            2026-11-23T08:52:41.123Z WARN  Reader: what
            \tjava.lang.IllegalStateException: why
            \tat a.B.c(B.java:7)
            """);
  }

  @Test
  void eventsAsJsonAreOneValidObjectPerLine() {
    Throwable thrown = new IllegalStateException("a\"b");
    String line =
        new EventLayout.Json()
            .toSerializable(event("x\n\u20ac\u0000" + "y".repeat(50_000), thrown));
    assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
    assertThat(Json.object(line.strip()))
        .containsEntry("time", "2026-11-23T08:52:41.123Z")
        .containsEntry("level", "WARN")
        .containsEntry("logger", "dev.penstock.Reader")
        .containsEntry("thread", "main")
        .hasEntrySatisfying(
            "message",
            m -> assertThat((String) m).startsWith("x\n\u20ac\u0000yyy").endsWith("y..."));
  }

  @Test
  void aTerminalThatIsHeldDropsLinesAndStopsNobody() {
    CountDownLatch held = new CountDownLatch(1);
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    OutputStream terminal =
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new IllegalStateException("by arrays only");
          }

          @Override
          public void write(byte[] b, int offset, int length) {
            try {
              held.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            written.write(b, offset, length);
          }
        };
    ConsoleAppender appender = new ConsoleAppender(new EventLayout.Text(), terminal);
    appender.start();
    for (int i = 0; i < 3000; i++) appender.append(event("line " + i, null));
    held.countDown();
    appender.stop(20, TimeUnit.SECONDS);
    String text = written.toString(StandardCharsets.UTF_8);
    assertThat(text).contains("line 0\n").doesNotContain("line 2999\n");
    assertThat(text).containsPattern("(197[0-9]|198[0-9]) lines of this log were dropped\n");
  }

  private static LogEvent event(String message, Throwable thrown) {
    return Log4jLogEvent.newBuilder()
        .setLoggerName("dev.penstock.Reader")
        .setLevel(Level.WARN)
        .setThreadName("main")
        .setTimeMillis(1_795_423_961_123L)
        .setMessage(new SimpleMessage(message))
        .setThrown(thrown)
        .build();
  }
}
