package dev.penstock.perf.load;

import static io.gatling.javaapi.core.CoreDsl.exec;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Times what users do, by name, in microseconds: Gatling's own figures end at the millisecond,
 * which is longer than most of what is measured here, and its reports are pages for people.
 */
final class Stopwatch {
  private static final String BEGAN = "began";
  private static final Map<String, Histogram> TIMES = new ConcurrentSkipListMap<>();

  private Stopwatch() {}

  /** {@code steps}, with their duration counted under {@code name}. */
  static ChainBuilder timed(String name, ChainBuilder steps) {
    Histogram times = TIMES.computeIfAbsent(name, each -> new ConcurrentHistogram(3));
    return exec(session -> session.set(BEGAN, System.nanoTime()))
        .exec(steps)
        .exec(session -> stop(session, times));
  }

  private static Session stop(Session session, Histogram times) {
    times.recordValue((System.nanoTime() - session.getLong(BEGAN)) / 1000);
    return session;
  }

  /** Writes a line for each name: name, count and percentiles in microseconds, parted by tabs. */
  static void write(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    TIMES.forEach((name, times) -> lines.add(line(name, times)));
    Files.write(file, lines);
  }

  private static String line(String name, Histogram times) {
    StringBuilder line = new StringBuilder(name).append('\t').append(times.getTotalCount());
    for (int percentile : Row.PERCENTILES)
      line.append('\t').append(times.getValueAtPercentile(percentile));
    return line.toString();
  }

  /** What was written, by name. */
  static List<Row> read(Path file) throws IOException {
    return Files.readAllLines(file).stream().map(line -> Row.of(line.split("\t", -1))).toList();
  }

  /** One name's times. */
  record Row(String name, long count, Map<Integer, Double> millis) {
    static final List<Integer> PERCENTILES = List.of(50, 95, 99);

    private static Row of(String[] cells) {
      Map<Integer, Double> millis = new ConcurrentSkipListMap<>();
      for (int i = 0; i < PERCENTILES.size(); i++)
        millis.put(
            PERCENTILES.get(i),
            Long.parseLong(cells[2 + i]) / (double) TimeUnit.MILLISECONDS.toMicros(1));
      return new Row(cells[0], Long.parseLong(cells[1]), millis);
    }
  }
}
