package dev.penstock.admin;

import dev.penstock.engine.observe.ExchangeRecord;
import dev.penstock.engine.observe.ExchangeTap;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges that one client of the API wants to see as they end. Called on workers: it never waits.
 */
final class Tail implements ExchangeTap.Viewer {
  private final Feed feed;
  private final @Nullable String route;
  private final @Nullable String status;
  private final @Nullable String method;
  private final @Nullable String host;
  private final @Nullable String path;
  private final long minNs;
  private final double sample;

  private Tail(Feed feed, Call call) {
    this.feed = feed;
    route = call.query("route");
    status = status(call.query("status"));
    method = call.query("method");
    host = call.query("host");
    path = call.query("path");
    minNs = call.number("minMillis", 0, 0, 86_400_000) * 1_000_000;
    sample = share(call.query("sample", "1"));
  }

  /** Shows what {@code call} asks for until its client goes. */
  static Feed open(ExchangeTap tap, Call call) {
    Tail[] self = new Tail[1];
    Feed feed = new Feed(() -> tap.remove(self[0]));
    self[0] = new Tail(feed, call);
    tap.add(self[0]);
    return feed;
  }

  private static @Nullable String status(@Nullable String text) {
    if (text != null && !text.matches("[1-5](xx|[0-9]{2})"))
      throw Problem.malformed("status is a number such as 404, or a class such as 5xx");
    return text;
  }

  private static double share(String text) {
    try {
      double share = Double.parseDouble(text);
      if (share > 0 && share <= 1) return share;
    } catch (NumberFormatException e) {
      // said below
    }
    throw Problem.malformed("sample is a share above 0, up to 1");
  }

  @Override
  public void onEnded(ExchangeRecord record, String target) {
    if (!takes(record, target)) return;
    if (sample < 1 && ThreadLocalRandom.current().nextDouble() >= sample) return;
    String id = ExchangeRecord.idText(record.id);
    feed.add(
        "exchange",
        "",
        Fields.of(
            "id", id,
            "at", Fields.time(record.startMillis),
            "method", record.method,
            "host", record.host.toString(),
            "path", target,
            "status", record.status,
            "listener", record.listener,
            "route", record.route,
            "upstream", record.upstream,
            "endpoint", record.endpoint,
            "attempts", record.attempts,
            "client", address(record.clientAddress),
            "durationMillis", Fields.millis(record.totalNs),
            "headMillis", record.headNs < 0 ? null : Fields.millis(record.headNs),
            "requestBytes", record.requestBytes,
            "responseBytes", record.responseBytes,
            "termination", record.termination.toString(),
            "error", record.errorDetail));
  }

  private boolean takes(ExchangeRecord record, String target) {
    return record.totalNs >= minNs
        && (method == null || method.equalsIgnoreCase(record.method))
        && (status == null || isStatus(record.status))
        && matches(route, record.route == null ? "-" : record.route)
        && (host == null
            || matches(
                host.toLowerCase(Locale.ROOT), record.host.toString().toLowerCase(Locale.ROOT)))
        && (path == null || matches(path, withoutQuery(target)));
  }

  private boolean isStatus(int of) {
    String wanted = String.valueOf(status);
    return wanted.endsWith("xx")
        ? of / 100 == wanted.charAt(0) - '0'
        : wanted.equals(Integer.toString(of));
  }

  /** The whole text, or what it begins with where a star stands at the end. */
  private static boolean matches(@Nullable String wanted, String text) {
    if (wanted == null) return true;
    return wanted.endsWith("*")
        ? text.startsWith(wanted.substring(0, wanted.length() - 1))
        : text.equals(wanted);
  }

  private static String withoutQuery(String target) {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  private static @Nullable String address(byte[] bytes) {
    try {
      return bytes.length == 0 ? null : InetAddress.getByAddress(bytes).getHostAddress();
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
