package dev.penstock.engine.observe;

/** Wall time as text, in UTC; the text of the last millisecond is kept. Worker-confined. */
final class LogClock {
  private static final byte[] MONTHS = ascii("JanFebMarAprMayJunJulAugSepOctNovDec");

  private final byte[] rfc3339 = ascii("1970-01-01T00:00:00.000Z");
  private final byte[] combined = ascii("01/Jan/1970:00:00:00 +0000");
  private long shownSecond;
  private long shownMillis;

  /** {@code 2026-11-23T08:52:41.123Z} */
  int putRfc3339(byte[] into, int at, long wallMillis) {
    show(wallMillis);
    System.arraycopy(rfc3339, 0, into, at, rfc3339.length);
    return at + rfc3339.length;
  }

  /** {@code 23/Nov/2026:08:52:41 +0000} */
  int putCombined(byte[] into, int at, long wallMillis) {
    show(wallMillis);
    System.arraycopy(combined, 0, into, at, combined.length);
    return at + combined.length;
  }

  private void show(long wallMillis) {
    if (wallMillis == shownMillis) return;
    shownMillis = wallMillis;
    long second = Math.floorDiv(wallMillis, 1000L);
    LogText.putPadded(rfc3339, 20, (int) (wallMillis - second * 1000), 3);
    if (second == shownSecond) return;
    shownSecond = second;
    long day = Math.floorDiv(second, 86_400L);
    int ofDay = (int) (second - day * 86_400);
    time(rfc3339, 11, ofDay);
    time(combined, 12, ofDay);
    date(day);
  }

  private static void time(byte[] into, int at, int secondOfDay) {
    LogText.putPadded(into, at, secondOfDay / 3600, 2);
    LogText.putPadded(into, at + 3, secondOfDay / 60 % 60, 2);
    LogText.putPadded(into, at + 6, secondOfDay % 60, 2);
  }

  /**
   * Days since 1970 to year, month and day of the Gregorian calendar, counting years from March.
   */
  private void date(long epochDay) {
    long shifted = epochDay + 719_468; // days since 0000-03-01
    long era = Math.floorDiv(shifted, 146_097L);
    int dayOfEra = (int) (shifted - era * 146_097);
    int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int fromMarch = (5 * dayOfYear + 2) / 153;
    int day = dayOfYear - (153 * fromMarch + 2) / 5 + 1;
    int month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
    int year = (int) (era * 400 + yearOfEra + (month <= 2 ? 1 : 0));
    LogText.putPadded(rfc3339, 0, year, 4);
    LogText.putPadded(rfc3339, 5, month, 2);
    LogText.putPadded(rfc3339, 8, day, 2);
    LogText.putPadded(combined, 0, day, 2);
    System.arraycopy(MONTHS, (month - 1) * 3, combined, 3, 3);
    LogText.putPadded(combined, 7, year, 4);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }
}
