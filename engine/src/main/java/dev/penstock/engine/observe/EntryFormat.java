package dev.penstock.engine.observe;

import dev.penstock.engine.observe.AccessLogRules.ClientAddress;
import dev.penstock.engine.observe.AccessLogRules.Format;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The rules of an access log, compiled for {@link EntryWriter}. Immutable, shared by all workers.
 */
final class EntryFormat {
  final boolean isJson;
  final LogField[] fields;
  final String[] requestHeaders;
  final String[] responseHeaders;
  final boolean[] requestHeaderSecret;
  final boolean[] responseHeaderSecret;
  final List<String> redactQuery;
  final ClientAddress clientAddress;
  final int maxValueBytes;

  /** How many chunks a worker may have under way. */
  final int chunks;

  /**
   * Exchanges whose mixed id is below this, unsigned, are logged; all when {@link #isEverything}.
   */
  private final long sampleBelow;

  private final boolean isEverything;

  EntryFormat(AccessLogRules rules, int mostChunks) {
    isJson = rules.format() == Format.JSON;
    fields = fields(rules);
    Set<String> secret = new HashSet<>();
    for (String name : rules.redactHeaders()) secret.add(name.toLowerCase(Locale.ROOT));
    requestHeaders = lower(rules.requestHeaders());
    responseHeaders = lower(rules.responseHeaders());
    requestHeaderSecret = secrets(requestHeaders, secret);
    responseHeaderSecret = secrets(responseHeaders, secret);
    redactQuery = rules.redactQuery();
    clientAddress = rules.clientAddress();
    maxValueBytes = rules.maxValueBytes();
    chunks = Math.clamp(rules.queueBytes() / Chunk.SIZE, 2, mostChunks);
    isEverything = rules.sample() >= 1;
    sampleBelow = (long) (rules.sample() * Long.MAX_VALUE);
  }

  /**
   * Whether this exchange is to be logged. The same for every entry of one id; errors always are.
   */
  boolean takes(ExchangeRecord record) {
    if (isEverything || record.status >= 500 || !record.termination.isNormal()) return true;
    long mixed = record.id * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ mixed >>> 32) * 0xD6E8FEB86659FD93L;
    return (mixed ^ mixed >>> 32) >>> 1 < sampleBelow;
  }

  private static LogField[] fields(AccessLogRules rules) {
    EnumSet<LogField> chosen =
        rules.fields().isEmpty() ? EnumSet.allOf(LogField.class) : EnumSet.copyOf(rules.fields());
    rules.without().forEach(chosen::remove);
    if (rules.requestHeaders().isEmpty()) chosen.remove(LogField.REQUEST_HEADERS);
    if (rules.responseHeaders().isEmpty()) chosen.remove(LogField.RESPONSE_HEADERS);
    if (rules.clientAddress() == ClientAddress.NONE) chosen.remove(LogField.CLIENT);
    if (rules.clientAddress() != ClientAddress.FULL) chosen.remove(LogField.CLIENT_PORT);
    return new ArrayList<>(chosen).toArray(LogField[]::new);
  }

  private static String[] lower(List<String> names) {
    return names.stream().map(n -> n.toLowerCase(Locale.ROOT)).distinct().toArray(String[]::new);
  }

  private static boolean[] secrets(String[] names, Set<String> secret) {
    boolean[] is = new boolean[names.length];
    for (int i = 0; i < names.length; i++) is[i] = secret.contains(names[i]);
    return is;
  }
}
