package dev.penstock.engine.observe;

import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.spi.ProxyError;
import java.nio.charset.StandardCharsets;

/** Exchanges to be logged. */
final class Records {
  private Records() {}

  /** A good GET through an upstream. */
  static ExchangeRecord good() {
    ExchangeRecord r = new ExchangeRecord();
    r.id = 0x0192f3a4b5c6d7e8L;
    r.connectionId = 7;
    r.startMillis = 1_795_423_961_123L;
    r.totalNs = 12_345_678;
    r.queueNs = -1;
    r.connectNs = 0;
    r.headNs = 9_000_499;
    r.responseBytes = 1024;
    r.upstreamResponseBytes = 1024;
    r.method = "GET";
    point(r.target, "/users/7?fields=name&token=abc");
    point(r.host, "api.example.com");
    point(r.userAgent, "curl/8.5");
    r.status = 200;
    r.listener = "web";
    r.route = "users";
    r.upstream = "users";
    r.endpoint = "127.0.0.1:9001";
    r.attempts = 1;
    r.clientAddress = new byte[] {(byte) 192, 0, 2, 1};
    r.clientPort = 50123;
    return r;
  }

  /** An upstream that did not answer in time. */
  static ExchangeRecord slowUpstream() {
    ExchangeRecord r = good();
    r.status = 504;
    r.headNs = -1;
    r.termination =
        TerminationCode.of(ProxyError.Kind.UPSTREAM_TIMEOUT, TerminationCode.State.HEAD);
    r.errorDetail = "no response head within 15 s";
    return r;
  }

  static void point(Slice slice, String text) {
    point(slice, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  static void point(Slice slice, byte[] bytes) {
    slice.point(bytes, 0, bytes.length);
  }

  /** The entry without its line feed. */
  static String entry(AccessLogRules rules, ExchangeRecord record) {
    byte[] into = new byte[EntryBuffer.MAX_ENTRY + 10];
    int end = new EntryWriter(new EntryFormat(rules, 2)).write(record, into, 10);
    if (into[end - 1] != '\n') throw new AssertionError("no line feed");
    return new String(into, 10, end - 11, StandardCharsets.UTF_8);
  }
}
