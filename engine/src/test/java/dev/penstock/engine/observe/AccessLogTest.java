package dev.penstock.engine.observe;

import static dev.penstock.engine.observe.Records.good;
import static dev.penstock.engine.observe.RulesBuilder.rules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.time.TimerWheel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.appender.AppenderLoggingException;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessLogTest {
  private final ManualClock clock = new ManualClock();
  private final TimerWheel timers = new TimerWheel(1_000_000, 0);
  private final ExchangeRecord record = good();

  @TempDir Path directory;

  @Test
  void everyEntryIsInTheFileWhenTheLogIsClosed() throws Exception {
    Path file = directory.resolve("deep/access.log");
    try (AccessLog log = new AccessLog(2, rules().file(file).queueBytes(8 << 20).build())) {
      AccessLogWriter one = log.writer(timers, clock);
      AccessLogWriter two = log.writer(timers, clock);
      for (int i = 0; i < 5_000; i++) {
        write(one, 2 * i);
        write(two, 2 * i + 1);
      }
      assertThat(log.logged()).isEqualTo(10_000);
      assertThat(log.dropped()).isZero();
    }
    assertThat(ids(file)).doesNotHaveDuplicates().hasSize(10_000);
    assertThat(ids(file).stream().filter(id -> id % 2 == 0))
        .isSorted(); // one worker's entries keep their order
  }

  @Test
  void anEntryIsHandedOverByTheTimerWhenNoOtherFollows() throws Exception {
    Path file = directory.resolve("access.log");
    try (AccessLog log = new AccessLog(1, rules().file(file).build())) {
      AccessLogWriter writer = log.writer(timers, clock);
      write(writer, 1);
      clock.advanceMillis(90);
      timers.advance(clock.nanoTime());
      writer.flushIfOlder(clock.nanoTime());
      assertThat(Files.size(file)).isZero();
      clock.advanceMillis(15);
      timers.advance(clock.nanoTime());
      Await.until(() -> lines(file).size() == 1, () -> lines(file));
      assertThat(timers.size()).isZero();
    }
  }

  @Test
  void dropsAndCountsWhenWritingIsStuckAndGoesOnAfterwards() {
    Gate gate = new Gate();
    AccessLogRules rules = rules().queueBytes(128 << 10).file(directory.resolve("unused")).build();
    try (AccessLog log = new AccessLog(1, rules, r -> gate)) {
      AccessLogWriter writer = log.writer(timers, clock);
      int offered = 0;
      while (log.dropped() < 100) {
        write(writer, offered++);
        assertThat(offered).isLessThan(10_000); // the queue is bounded
      }
      assertThat(log.logged()).isEqualTo(offered - 100);
      gate.open.countDown();
      Await.until(() -> gate.written() > 0, gate::written);
      long loggedBefore = log.logged();
      Await.until(
          () -> {
            write(writer, 0);
            return log.logged() > loggedBefore;
          },
          log::dropped);
      writer.flush();
      Await.until(() -> gate.written() == log.logged(), gate::written);
    }
  }

  @Test
  void entriesThatCannotBeWrittenAreCountedAsLostAndDoNotStopTheLog() {
    Gate gate = new Gate();
    gate.open.countDown();
    gate.isBroken = true;
    try (AccessLog log =
        new AccessLog(1, rules().file(directory.resolve("unused")).build(), r -> gate)) {
      AccessLogWriter writer = log.writer(timers, clock);
      write(writer, 1);
      write(writer, 2);
      writer.flush();
      Await.until(() -> log.lost() == 2, log::lost);
      gate.isBroken = false;
      write(writer, 3);
      writer.flush();
      Await.until(() -> gate.written() == 1, gate::written);
      assertThat(log.lost()).isEqualTo(2);
    }
  }

  @Test
  void reopensItsFileAfterItWasMovedAway() throws Exception {
    Path file = directory.resolve("access.log");
    Path moved = directory.resolve("access.log.old");
    try (AccessLog log = new AccessLog(1, rules().file(file).build())) {
      AccessLogWriter writer = log.writer(timers, clock);
      write(writer, 1);
      writer.flush();
      Await.until(() -> lines(file).size() == 1, () -> lines(file));
      Files.move(file, moved);
      write(writer, 2);
      writer.flush();
      log.reopen();
      write(writer, 3);
    }
    assertThat(ids(moved)).containsExactly(1L, 2L);
    assertThat(ids(file)).containsExactly(3L);
  }

  @Test
  void followsOtherRulesWhileItRuns() throws Exception {
    Path first = directory.resolve("a.log");
    Path second = directory.resolve("b.log");
    try (AccessLog log = new AccessLog(1, rules().file(first).build())) {
      AccessLogWriter writer = log.writer(timers, clock);
      write(writer, 1);
      writer.flush();
      log.apply(rules().file(second).combined().build());
      write(writer, 2);
      writer.flush();
      log.apply(rules().off().build());
      write(writer, 3);
      log.apply(rules().file(first).queueBytes(2 << 20).build());
      write(writer, 4);
    }
    assertThat(ids(first)).containsExactly(1L, 4L);
    assertThat(lines(second)).singleElement().asString().startsWith("192.0.2.1 - - [");
  }

  @Test
  void aFileThatCannotBeWrittenIsRefusedAndTheOldOneStays() throws Exception {
    Path file = directory.resolve("access.log");
    try (AccessLog log = new AccessLog(1, rules().file(file).build())) {
      AccessLogWriter writer = log.writer(timers, clock);
      assertThatThrownBy(() -> log.apply(rules().file(directory).build()))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("file: the access log cannot be written to " + directory);
      write(writer, 1);
    }
    assertThat(ids(file)).containsExactly(1L);
  }

  @Test
  void beginsAnotherFileBySizeAndKeepsAsManyAsTold() throws Exception {
    Path file = directory.resolve("access.log");
    AccessLogRules rules = rules().file(file).rotation(20_000, Duration.ZERO, 2, false).build();
    try (AccessLog log = new AccessLog(1, rules)) {
      AccessLogWriter writer = log.writer(timers, clock);
      for (int i = 0; i < 1_000; i++) {
        write(writer, i);
        if (i % 20 == 19) writer.flush();
        if (i % 100 == 99) {
          long due = i;
          Await.until(() -> lastId(file) == due, () -> lines(file).size());
        }
      }
    }
    try (var all = Files.list(directory)) {
      assertThat(all.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("access.log", "access.log.1", "access.log.2");
    }
    List<Long> kept = new ArrayList<>(ids(directory.resolve("access.log.2")));
    kept.addAll(ids(directory.resolve("access.log.1")));
    kept.addAll(ids(file));
    for (int i = 1; i < kept.size(); i++)
      assertThat(kept.get(i)).isEqualTo(kept.get(i - 1) + 1); // no line is torn
    assertThat(kept.getLast()).isEqualTo(999);
  }

  @Test
  void rotatesByTimeAtMultiplesInUtc() throws Exception {
    Path file = directory.resolve("access.log");
    AccessLogRules rules = rules().file(file).rotation(0, Duration.ofHours(1), 3, false).build();
    Files.writeString(file, "x\n");
    var policy = new Sinks.RotationPolicy(rules.rotation());
    var appender =
        org.apache.logging.log4j.core.appender.RollingRandomAccessFileAppender.newBuilder()
            .setName("file")
            .setConfiguration(new org.apache.logging.log4j.core.config.NullConfiguration())
            .setFileName(file.toString())
            .setFilePattern(file + ".%i")
            .setPolicy(policy)
            .build();
    policy.initialize(appender.getManager());
    long begun = Files.getLastModifiedTime(file).toMillis();
    long hour = (begun / 3_600_000 + 1) * 3_600_000;
    assertThat(policy.isTriggeringEvent(event(hour - 1))).isFalse();
    assertThat(policy.isTriggeringEvent(event(hour))).isTrue();
    assertThat(policy.isTriggeringEvent(event(hour + 1))).isFalse();
    assertThat(policy.isTriggeringEvent(event(hour + 3_600_000))).isTrue();
    appender.stop();
  }

  @Test
  void aVarThatCannotBeShownCostsItsEntryOnly() throws Exception {
    Path file = directory.resolve("access.log");
    try (AccessLog log = new AccessLog(1, rules().file(file).build())) {
      AccessLogWriter writer = log.writer(timers, clock);
      record.vars = java.util.Map.of("n", new Unprintable());
      write(writer, 1);
      record.vars = java.util.Map.of();
      write(writer, 2);
      assertThat(log.dropped()).isEqualTo(1);
    }
    assertThat(ids(file)).containsExactly(2L);
  }

  @Test
  void filePathsThatLog4jWouldReadAsPatternsAreRefused() {
    assertThatThrownBy(() -> rules().file(Path.of("a%d.log")).build())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'%' and '$' may not stand in a%d.log");
  }

  private void write(AccessLogWriter writer, long id) {
    record.id = id;
    writer.log(record, clock.nanoTime());
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }

  private static List<Long> ids(Path file) {
    return lines(file).stream()
        .map(line -> Long.parseLong((String) Json.object(line).get("id"), 16))
        .toList();
  }

  private static long lastId(Path file) {
    List<Long> ids = ids(file);
    return ids.isEmpty() ? -1 : ids.getLast();
  }

  private static LogEvent event(long millis) {
    return Log4jLogEvent.newBuilder().setMessage(new Chunk()).setTimeMillis(millis).build();
  }

  private static final class Unprintable extends Number {
    @Override
    public int intValue() {
      return 0;
    }

    @Override
    public long longValue() {
      return 0;
    }

    @Override
    public float floatValue() {
      return 0;
    }

    @Override
    public double doubleValue() {
      return 0;
    }

    @Override
    public String toString() {
      throw new IllegalStateException("not today");
    }
  }

  /** A place that takes nothing until it is opened. */
  private static final class Gate extends AbstractAppender {
    final CountDownLatch open = new CountDownLatch(1);
    volatile boolean isBroken;
    private long written;

    Gate() {
      super("gate", null, null, false, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
      try {
        open.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (isBroken) throw new AppenderLoggingException("disk full");
      synchronized (this) {
        written += ((Chunk) event.getMessage()).queuedEntries();
      }
    }

    synchronized long written() {
      return written;
    }
  }
}
