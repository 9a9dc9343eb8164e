package dev.penstock.engine.observe;

import static dev.penstock.engine.observe.Records.entry;
import static dev.penstock.engine.observe.Records.good;
import static dev.penstock.engine.observe.Records.point;
import static dev.penstock.engine.observe.RulesBuilder.rules;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.observe.AccessLogRules.ClientAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class EntryWriterTest {
  private static final AccessLogRules JSON = rules().build();
  private static final AccessLogRules COMBINED = rules().combined().build();

  @Test
  void writesAGoodExchangeAsJson() {
    assertThat(entry(JSON, good()))
        .isEqualTo(
            "{\"time\":\"2026-11-23T08:52:41.123Z\",\"id\":\"0192f3a4b5c6d7e8\",\"connection\":7,"
                + "\"listener\":\"web\",\"client\":\"192.0.2.1\",\"client_port\":50123,\"method\":\"GET\","
                + "\"host\":\"api.example.com\",\"target\":\"/users/7?fields=name&token=***\","
                + "\"protocol\":\"HTTP/1.1\",\"route\":\"users\",\"status\":200,\"termination\":\"--\","
                + "\"upstream\":\"users\",\"endpoint\":\"127.0.0.1:9001\",\"attempts\":1,\"total_ms\":12.346,"
                + "\"connect_ms\":0.000,\"head_ms\":9.000,\"request_bytes\":0,\"response_bytes\":1024,"
                + "\"upstream_request_bytes\":0,\"upstream_response_bytes\":1024,\"user_agent\":\"curl/8.5\"}");
  }

  @Test
  void writesAFailedExchangeWithTerminationAndToken() {
    Map<String, Object> fields = Json.object(entry(JSON, Records.slowUpstream()));
    assertThat(fields)
        .containsEntry("status", "504")
        .containsEntry("termination", "sH")
        .containsEntry("error", "http_response_timeout")
        .containsEntry("error_detail", "no response head within 15 s")
        .doesNotContainKey("head_ms");
  }

  @Test
  void writesTheCombinedFormat() {
    ExchangeRecord record = good();
    record.user = "alice b";
    point(record.referer, "https://example.com/a?secret=1&b=2");
    assertThat(entry(COMBINED, record))
        .isEqualTo(
            "192.0.2.1 - alice_b [23/Nov/2026:08:52:41 +0000] \"GET /users/7?fields=name&token=*** HTTP/1.1\" 200 1024"
                + " \"https://example.com/a?secret=***&b=2\" \"curl/8.5\"");
  }

  @Test
  void hostileTextCanNeitherEndAValueNorALine() {
    ExchangeRecord record = good();
    point(record.userAgent, "a\"b\\c\r\nd\t\u0000\u001b[31m\u007f");
    point(record.referer, new byte[0]);
    assertThat(entry(rules().fields(LogField.USER_AGENT).build(), record))
        .isEqualTo("{\"user_agent\":\"a\\\"b\\\\c\\r\\nd\\t\\u0000\\u001b[31m\\u007f\"}");
    assertThat(entry(COMBINED, record))
        .endsWith(" \"-\" \"a\\\"b\\\\c\\x0d\\x0ad\\x09\\x00\\x1b[31m\\x7f\"");
  }

  @Test
  void keepsUtf8AndShowsOtherBytesAsNumbers() {
    ExchangeRecord record = good();
    // é, a stray byte, an overlong slash, a surrogate, C1 "next line", an emoji, half a character
    point(
        record.userAgent,
        bytes(
            0xc3, 0xa9, 0xff, 0xc0, 0xaf, 0xed, 0xa0, 0x80, 0xc2, 0x85, 0xf0, 0x9f, 0x98, 0x80,
            0xe2, 0x82));
    assertThat(entry(rules().fields(LogField.USER_AGENT).build(), record))
        .isEqualTo(
            "{\"user_agent\":\"é\\u00ff\\u00c0\\u00af\\u00ed\\u00a0\\u0080\\u00c2\\u0085😀\\u00e2\\u0082\"}");
  }

  @Test
  void cutsLongValuesAndSaysSo() {
    ExchangeRecord record = good();
    point(record.userAgent, "x".repeat(100_000));
    String line = entry(rules().fields(LogField.USER_AGENT).maxValueBytes(64).build(), record);
    assertThat(line).isEqualTo("{\"user_agent\":\"" + "x".repeat(64) + "...\"}");
  }

  @Test
  void noEntryIsLongerThanAChunkHasRoomFor() {
    ExchangeRecord record = good();
    byte[] worst = new byte[100_000]; // each byte takes six
    for (var slice :
        new dev.penstock.engine.bytes.Slice[] {
          record.target, record.host, record.userAgent, record.referer
        }) {
      point(slice, worst);
    }
    Map<String, Object> vars = new LinkedHashMap<>();
    for (int i = 0; i < 10_000; i++) vars.put("name" + i, "\u0001".repeat(9000));
    record.vars = vars;
    AccessLogRules generous = rules().maxValueBytes(8192).build();
    assertThat(Json.object(entry(generous, record))).containsKeys("target", "user_agent");
    assertThat(entry(generous, record).length()).isLessThan(EntryBuffer.MAX_ENTRY);
  }

  @Test
  void redactsHeadersByNameAndJoinsRepeatedOnes() {
    HeaderMap headers = new HeaderMap();
    headers.add("X-Request-Id", "r1");
    headers.add("Authorization", "Bearer abc");
    headers.add("Accept", "a");
    headers.add("accept", "b");
    ExchangeRecord record = good();
    record.requestHeaders = headers;
    AccessLogRules rules =
        rules()
            .fields(LogField.REQUEST_HEADERS)
            .requestHeaders("Accept", "authorization", "x-missing", "X-Request-ID")
            .build();
    assertThat(entry(rules, record))
        .isEqualTo(
            "{\"request_headers\":{\"accept\":\"a, b\",\"authorization\":\"***\",\"x-request-id\":\"r1\"}}");
  }

  @Test
  void showsVarsOfPlainTypesOnly() {
    Map<String, Object> vars = new LinkedHashMap<>();
    vars.put("tenant", "a\"b\u20ac");
    vars.put("n", -5);
    vars.put("max", Long.MIN_VALUE);
    vars.put("ratio", 0.25);
    vars.put("whole", 3.0);
    vars.put("nan", Double.NaN);
    vars.put("ok", true);
    vars.put("object", new Object());
    ExchangeRecord record = good();
    record.vars = vars;
    Map<String, Object> fields = Json.object(entry(rules().fields(LogField.VARS).build(), record));
    assertThat(fields.get("vars"))
        .isEqualTo(
            Map.of(
                "tenant",
                "a\"b€",
                "n",
                "-5",
                "max",
                "-9223372036854775808",
                "ratio",
                "0.25",
                "whole",
                "3",
                "nan",
                "NaN",
                "ok",
                "true"));
  }

  @Test
  void addressesCanBeShortenedToTheirNetworkOrLeftOut() {
    ExchangeRecord record = good();
    assertThat(entry(rules().clientAddress(ClientAddress.NETWORK).build(), record))
        .contains("\"client\":\"192.0.2.0\"")
        .doesNotContain("client_port");
    assertThat(entry(rules().clientAddress(ClientAddress.NONE).build(), record))
        .doesNotContain("client");
    assertThat(entry(rules().combined().clientAddress(ClientAddress.NONE).build(), record))
        .startsWith("- - - [");
  }

  @Test
  void fieldsCanBeChosenAndLeftOut() {
    assertThat(entry(rules().fields(LogField.STATUS, LogField.METHOD).build(), good()))
        .isEqualTo("{\"method\":\"GET\",\"status\":200}");
    assertThat(entry(rules().fields(LogField.STATUS).without(LogField.STATUS).build(), good()))
        .isEqualTo("{}");
  }

  @Test
  void samplingIsTheSameForOneIdAndKeepsErrors() {
    EntryFormat format = new EntryFormat(rules().sample(0.1).build(), 2);
    ExchangeRecord record = good();
    int taken = 0;
    for (int i = 0; i < 100_000; i++) {
      record.id = i;
      boolean takes = format.takes(record);
      assertThat(format.takes(record)).isEqualTo(takes);
      if (takes) taken++;
    }
    assertThat(taken).isBetween(9_000, 11_000);
    EntryFormat none = new EntryFormat(rules().sample(0).build(), 2);
    assertThat(none.takes(record)).isFalse();
    assertThat(none.takes(Records.slowUpstream())).isTrue();
  }

  @Property
  void anyBytesMakeOneLineOfValidJsonAndUtf8(
      @ForAll byte[] target, @ForAll byte[] agent, @ForAll String detail, @ForAll String key)
      throws Exception {
    ExchangeRecord record = good();
    point(record.target, target);
    point(record.userAgent, agent);
    record.errorDetail = detail;
    record.vars = Map.of(key, detail);
    byte[] into = new byte[EntryBuffer.MAX_ENTRY];
    int end = new EntryWriter(new EntryFormat(JSON, 2)).write(record, into, 0);
    String line =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .decode(ByteBuffer.wrap(into, 0, end))
            .toString();
    assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
    Map<String, Object> fields = Json.object(line.substring(0, line.length() - 1));
    if (!detail.isEmpty()) {
      assertThat(fields).containsEntry("error_detail", detail);
      assertThat(fields.get("vars")).isEqualTo(Map.of(key, detail));
    }
  }

  private static byte[] bytes(int... values) {
    byte[] all = new byte[values.length];
    for (int i = 0; i < all.length; i++) all[i] = (byte) values[i];
    return all;
  }
}
