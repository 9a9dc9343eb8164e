package dev.penstock.plugins.limit;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Over which time a quota counts: a calendar's {@code hour}, {@code day}, {@code week}, {@code
 * month} or {@code year}, or any length that ends now: {@code 90m}, {@code 24h}, {@code 30d}.
 *
 * @param length of a window that ends now, in milliseconds; 0 for a calendar's
 */
public record QuotaWindow(String text, Unit unit, long length) {
  /** Into how many parts a rolling window is divided; counts leave it part by part. */
  static final int PARTS = 60;

  private static final Pattern ROLLING = Pattern.compile("([1-9][0-9]{0,5})([smhd])");

  /** What a calendar has. */
  public enum Unit {
    ROLLING,
    HOUR,
    DAY,
    WEEK,
    MONTH,
    YEAR
  }

  /** Reads one of the forms above. */
  public static QuotaWindow parse(String text) {
    for (Unit unit : Unit.values()) {
      if (unit != Unit.ROLLING && unit.name().toLowerCase(Locale.ROOT).equals(text))
        return new QuotaWindow(text, unit, 0);
    }
    Matcher rolling = ROLLING.matcher(text);
    if (!rolling.matches())
      throw new IllegalArgumentException(
          "\"%s\" is no window; write hour, day, week, month, year, or a length such as 24h or 30d"
              .formatted(text));
    long number = Long.parseLong(rolling.group(1));
    Duration length =
        switch (rolling.group(2)) {
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          case "h" -> Duration.ofHours(number);
          default -> Duration.ofDays(number);
        };
    return new QuotaWindow(text, Unit.ROLLING, length.toMillis());
  }

  boolean isRolling() {
    return unit == Unit.ROLLING;
  }

  /** The length of a part of a rolling window. */
  long partMillis() {
    return Math.max(1, (length + PARTS - 1) / PARTS);
  }

  /**
   * When the calendar's period began that {@code millis} lies in.
   *
   * @param startsOn the day of the month on which months begin, 1 to 28
   */
  long start(long millis, ZoneId zone, int startsOn) {
    ZonedDateTime now = Instant.ofEpochMilli(millis).atZone(zone);
    LocalDate today = now.toLocalDate();
    LocalDate first =
        switch (unit) {
          case ROLLING -> throw new IllegalStateException(text);
          case HOUR -> {
            yield null;
          }
          case DAY -> today;
          case WEEK -> today.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
          case MONTH -> {
            LocalDate begins = today.withDayOfMonth(startsOn);
            yield begins.isAfter(today) ? begins.minusMonths(1) : begins;
          }
          case YEAR -> today.withDayOfYear(1);
        };
    return (first == null ? now.truncatedTo(ChronoUnit.HOURS) : first.atStartOfDay(zone))
        .toInstant()
        .toEpochMilli();
  }

  /** When the period ends that began at {@code start}. */
  long end(long start, ZoneId zone) {
    ZonedDateTime began = Instant.ofEpochMilli(start).atZone(zone);
    ZonedDateTime ends =
        switch (unit) {
          case ROLLING -> throw new IllegalStateException(text);
          case HOUR -> began.plusHours(1);
          case DAY -> began.plusDays(1);
          case WEEK -> began.plusWeeks(1);
          case MONTH -> began.plusMonths(1);
          case YEAR -> began.plusYears(1);
        };
    return ends.toInstant().toEpochMilli();
  }

  @Override
  public String toString() {
    return text;
  }
}
