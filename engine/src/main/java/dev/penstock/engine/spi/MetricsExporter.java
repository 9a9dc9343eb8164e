package dev.penstock.engine.spi;

import java.util.List;
import java.util.Map;

/** Sends the gateway's numbers elsewhere, every {@code export.interval}. */
public interface MetricsExporter extends AutoCloseable {
  /**
   * Sends all numbers as they are now. On virtual threads, one call at a time; it may block. Its
   * thread is interrupted after 30 seconds; when it throws, the next interval brings the next
   * numbers.
   */
  void export(List<Family> families) throws Exception;

  /** The configuration that asked for this is gone. A last call may still be ending. */
  @Override
  default void close() {}

  /** What a family of numbers is. */
  enum Type {
    /** Only grows, from the start of the process on. */
    COUNTER,
    GAUGE,
    /** Counts by upper bound, in samples with the label {@code le}, and their sum and count. */
    HISTOGRAM
  }

  /**
   * Numbers that mean the same.
   *
   * @param name as {@code /metrics} has it, without {@code _total}
   */
  record Family(String name, Type type, String help, List<Sample> samples) {
    public Family {
      samples = List.copyOf(samples);
    }
  }

  /**
   * A number.
   *
   * @param name of the family; with {@code _total}, {@code _bucket}, {@code _sum} or {@code _count}
   *     where that is usual
   */
  record Sample(String name, Map<String, String> labels, double value) {}
}
