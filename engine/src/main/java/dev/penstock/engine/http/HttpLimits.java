package dev.penstock.engine.http;

/**
 * How much of a head, of chunk framing and of trailers a decoder takes before it refuses.
 *
 * @param maxStartLineBytes request line or status line, without its end; beyond: 414
 * @param maxHeadBytes all field lines together; beyond: 431
 * @param maxFieldBytes one field line; beyond: 431
 * @param maxFields number of fields; beyond: 431
 * @param maxChunkExtensionBytes chunk extensions of a message altogether; beyond: 400
 * @param maxTrailerBytes trailer section; beyond: 431
 */
public record HttpLimits(
    int maxStartLineBytes,
    int maxHeadBytes,
    int maxFieldBytes,
    int maxFields,
    int maxChunkExtensionBytes,
    int maxTrailerBytes) {

  /**
   * 8 KiB start line, 32 KiB of fields, 16 KiB a field, 100 fields, 4 KiB chunk extensions, 8 KiB
   * trailers.
   */
  public static final HttpLimits DEFAULT = new HttpLimits(8192, 32768, 16384, 100, 4096, 8192);
}
