package dev.penstock.engine.http;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.YearMonth;

/**
 * Dates of HTTP (RFC 9110 §5.6.7): written as IMF-fixdate, read in all three forms. An instance
 * keeps the bytes of the current second for one worker.
 */
public final class HttpDate {
  /** What {@link #parse} answers for text that is no date. */
  public static final long INVALID = Long.MIN_VALUE;

  /** Bytes of an IMF-fixdate: {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
  public static final int LENGTH = 29;

  private static final String DAYS = "ThuFriSatSunMonTueWed"; // 1970-01-01 was a Thursday
  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
  private static final byte[] PATTERN =
      "Thu, 01 Jan 1970 00:00:00 GMT".getBytes(StandardCharsets.ISO_8859_1);
  private static final int SECONDS_OF_DAY = 86_400;

  private final byte[] bytes = PATTERN.clone();
  private long second;

  /**
   * The bytes of this moment, {@link #LENGTH} of them; shared and rewritten each second: copy them.
   */
  public byte[] at(long wallMillis) {
    long now = Math.floorDiv(wallMillis, 1000L);
    if (now != second) {
      second = now;
      write(now, bytes, 0);
    }
    return bytes;
  }

  /** The text for a moment in the years 0 to 9999. */
  public static String format(long epochSeconds) {
    byte[] text = new byte[LENGTH];
    write(epochSeconds, text, 0);
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  /**
   * Reads a date of any of the three forms; case matters (RFC 9110 §5.6.7).
   *
   * @param nowSeconds seconds since 1970: two digits of a year stand for the nearest that is at
   *     most 50 years ahead
   * @return seconds since 1970, or {@link #INVALID}
   */
  public static long parse(String date, long nowSeconds) {
    int comma = date.indexOf(',');
    if (comma == 3 && date.length() == LENGTH) return parseFixed(date);
    if (comma > 3 && date.length() == comma + 24) return parseObsolete(date, comma, nowSeconds);
    return date.length() == 24 ? parseAsctime(date) : INVALID;
  }

  /** {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
  private static long parseFixed(String d) {
    boolean isFormed =
        isDay(d) && d.startsWith(", ", 3) && d.charAt(7) == ' ' && d.charAt(11) == ' ';
    if (!isFormed || !d.startsWith(" GMT", 25)) return INVALID;
    return seconds(number(d, 12, 4), month(d, 8), number(d, 5, 2), d, 16);
  }

  /** {@code Sunday, 06-Nov-94 08:49:37 GMT}. */
  private static long parseObsolete(String d, int comma, long nowSeconds) {
    int at = comma + 2;
    boolean isFormed = isLongDay(d, comma) && d.charAt(comma + 1) == ' ';
    isFormed &= d.charAt(at + 2) == '-' && d.charAt(at + 6) == '-' && d.startsWith(" GMT", at + 18);
    int year = number(d, at + 7, 2);
    if (!isFormed || year < 0) return INVALID;
    int thisYear = LocalDate.ofEpochDay(Math.floorDiv(nowSeconds, (long) SECONDS_OF_DAY)).getYear();
    year += thisYear / 100 * 100;
    if (year > thisYear + 50) year -= 100;
    else if (year <= thisYear - 50) year += 100;
    return seconds(year, month(d, at + 3), number(d, at, 2), d, at + 9);
  }

  /** {@code Sun Nov 6 08:49:37 1994}. */
  private static long parseAsctime(String d) {
    if (!isDay(d) || d.charAt(3) != ' ' || d.charAt(7) != ' ' || d.charAt(19) != ' ')
      return INVALID;
    int day = d.charAt(8) == ' ' ? number(d, 9, 1) : number(d, 8, 2);
    return seconds(number(d, 20, 4), month(d, 4), day, d, 10);
  }

  /** With the time of day as {@code " 08:49:37"} at {@code at}. */
  private static long seconds(int year, int month, int day, String d, int at) {
    if (d.charAt(at) != ' ' || d.charAt(at + 3) != ':' || d.charAt(at + 6) != ':') return INVALID;
    int hour = number(d, at + 1, 2);
    int minute = number(d, at + 4, 2);
    int second = number(d, at + 7, 2);
    if (year < 0 || month < 1 || day < 1 || hour < 0 || minute < 0 || second < 0) return INVALID;
    // 60 is a leap second.
    if (hour > 23 || minute > 59 || second > 60) return INVALID;
    if (day > YearMonth.of(year, month).lengthOfMonth()) return INVALID;
    return LocalDate.of(year, month, day).toEpochDay() * SECONDS_OF_DAY
        + hour * 3600L
        + minute * 60L
        + second;
  }

  private static boolean isDay(String d) {
    int at = DAYS.indexOf(d.substring(0, 3));
    return at >= 0 && at % 3 == 0;
  }

  private static boolean isLongDay(String d, int length) {
    return switch (d.substring(0, length)) {
      case "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" -> true;
      default -> false;
    };
  }

  /** 1 to 12, or 0. */
  private static int month(String d, int at) {
    int index = MONTHS.indexOf(d.substring(at, at + 3));
    return index >= 0 && index % 3 == 0 ? index / 3 + 1 : 0;
  }

  /** A number of exactly so many digits, or -1. */
  private static int number(String d, int at, int digits) {
    int number = 0;
    for (int i = at; i < at + digits; i++) {
      char c = d.charAt(i);
      if (c < '0' || c > '9') return -1;
      number = number * 10 + c - '0';
    }
    return number;
  }

  private static void write(long epochSeconds, byte[] into, int at) {
    long days = Math.floorDiv(epochSeconds, (long) SECONDS_OF_DAY);
    int ofDay = (int) Math.floorMod(epochSeconds, (long) SECONDS_OF_DAY);
    LocalDate date = LocalDate.ofEpochDay(days);
    System.arraycopy(PATTERN, 0, into, at, LENGTH);
    text(DAYS, (int) Math.floorMod(days, 7L), into, at);
    two(date.getDayOfMonth(), into, at + 5);
    text(MONTHS, date.getMonthValue() - 1, into, at + 8);
    two(date.getYear() / 100, into, at + 12);
    two(date.getYear() % 100, into, at + 14);
    two(ofDay / 3600, into, at + 17);
    two(ofDay / 60 % 60, into, at + 20);
    two(ofDay % 60, into, at + 23);
  }

  private static void text(String names, int index, byte[] into, int at) {
    for (int i = 0; i < 3; i++) into[at + i] = (byte) names.charAt(index * 3 + i);
  }

  private static void two(int number, byte[] into, int at) {
    into[at] = (byte) ('0' + number / 10);
    into[at + 1] = (byte) ('0' + number % 10);
  }
}
