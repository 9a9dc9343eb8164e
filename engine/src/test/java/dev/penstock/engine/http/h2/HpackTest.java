package dev.penstock.engine.http.h2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 7541, requirement P5. */
final class HpackTest {
  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  /** The fields as lines, in order; Host stands for :authority. Null when compression is broken. */
  private static String decode(HpackDecoder decoder, byte[] block) {
    FieldSection section = new FieldSection();
    section.begin(new HeaderMap(), false, 1 << 20, 1 << 20, 1000);
    if (!decoder.decode(block, 0, block.length, section)) return "broken";
    return new String(section.text, 0, section.filled, StandardCharsets.ISO_8859_1)
        .replace("\r\n", "|");
  }

  private static String decode(String block) {
    return decode(new HpackDecoder(4096), hex(block));
  }

  // ---- Appendix C

  @Test
  void readsTheSingleFieldsOfAppendixC2() {
    assertThat(decode("400a637573746f6d2d6b65790d637573746f6d2d686561646572"))
        .isEqualTo("custom-key: custom-header|");
    assertThat(decode("040c2f73616d706c652f70617468")).isEqualTo(":path: /sample/path|");
    assertThat(decode("100870617373776f726406736563726574")).isEqualTo("password: secret|");
    assertThat(decode("82")).isEqualTo(":method: GET|");
  }

  @ParameterizedTest
  @CsvSource({
    // C.3 and C.4: the same requests without and with Huffman coding.
    "828684410f7777772e6578616d706c652e636f6d, 828684be58086e6f2d6361636865,"
        + " 828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
    "828684418cf1e3c2e5f23a6ba0ab90f4ff, 828684be5886a8eb10649cbf,"
        + " 828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"
  })
  void readsTheRequestsOfAppendixC(String first, String second, String third) {
    HpackDecoder decoder = new HpackDecoder(4096);
    assertThat(decode(decoder, hex(first)))
        .isEqualTo(":method: GET|:scheme: http|:path: /|Host: www.example.com|");
    assertThat(decode(decoder, hex(second)))
        .isEqualTo(
            ":method: GET|:scheme: http|:path: /|Host: www.example.com|Cache-Control: no-cache|");
    assertThat(decode(decoder, hex(third)))
        .isEqualTo(
            ":method: GET|:scheme: https|:path: /index.html|Host: www.example.com|custom-key: custom-value|");
  }

  @ParameterizedTest
  @CsvSource({
    // C.5 and C.6: a table of 256 bytes, from which entries are evicted.
    "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d546e17"
        + "68747470733a2f2f7777772e6578616d706c652e636f6d, 4803333037c1c0bf,"
        + " 88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f"
        + "6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b20"
        + "76657273696f6e3d31",
    "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97"
        + "c8e9ae82ae43d3, 4883640effc1c0bf,"
        + " 88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335"
        + "dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007"
  })
  void readsTheResponsesOfAppendixC(String first, String second, String third) {
    HpackDecoder decoder = new HpackDecoder(256);
    String fields = "Cache-Control: private|Date: Mon, 21 Oct 2013 20:13:2";
    String location = " GMT|Location: https://www.example.com|";
    assertThat(decode(decoder, hex(first))).isEqualTo(":status: 302|" + fields + "1" + location);
    assertThat(decode(decoder, hex(second))).isEqualTo(":status: 307|" + fields + "1" + location);
    assertThat(decode(decoder, hex(third)))
        .isEqualTo(
            ":status: 200|"
                + fields
                + "2"
                + location
                + "Content-Encoding: gzip|Set-Cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU;"
                + " max-age=3600; version=1|");
  }

  @Test
  void readsTheNumbersOfAppendixC1() {
    // 1337 with a prefix of five bits, as a new size of a table that is large enough.
    assertThat(decode(new HpackDecoder(1337), hex("3f9a0a 82"))).isEqualTo(":method: GET|");
    assertThat(decode(new HpackDecoder(1336), hex("3f9a0a 82"))).isEqualTo("broken");
  }

  // ---- what is refused

  @ParameterizedTest
  @CsvSource({
    "80, index 0",
    "be, an index behind both tables",
    "7f80808080808001, a number that has no end",
    "7fffffffff7f, a number that is too large",
    "ff, a number that is cut off",
    "000a6375, a string that is cut off",
    "00, a field without a name",
    "4001, a name that is not there",
    "8220, a new size behind a field",
    "3fe21f82, a size that is larger than announced",
    "0082ffff00, padding of more than seven bits",
    "008118 00, padding that is not ones",
    "0084ffffffff00, the end of string within a string",
    "7f0061, a name by an index that is not there",
  })
  void refusesBlocksThatBreakCompression(String block, String what) {
    assertThat(decode(block)).as(what).isEqualTo("broken");
  }

  @Test
  void takesTwoNewSizesInFrontOfABlock() {
    HpackDecoder decoder = new HpackDecoder(4096);
    decode(decoder, hex("400a637573746f6d2d6b65790d637573746f6d2d686561646572"));
    assertThat(decode(decoder, hex("be"))).isEqualTo("custom-key: custom-header|");
    assertThat(decode(decoder, hex("203fe11f"))).isEmpty();
    assertThat(decode(decoder, hex("be"))).isEqualTo("broken");
  }

  @Test
  void keepsNothingBeyondTheLimitsAndStillFollowsTheTable() {
    HpackDecoder decoder = new HpackDecoder(4096);
    FieldSection section = new FieldSection();
    HeaderMap map = new HeaderMap();
    section.begin(map, false, 200, 200, 10);
    // A bomb: one long entry, and then a thousand bytes that each stand for it (CVE-2016-6581).
    byte[] entry = new byte[3000];
    Arrays.fill(entry, (byte) 'x');
    byte[] bomb = new byte[1000];
    Arrays.fill(bomb, (byte) 0xbe);
    Output out = new Output();
    out.put(hex("4001617fb916"), 0, 6);
    out.put(entry, 0, 3000);
    out.put(bomb, 0, bomb.length);
    assertThat(decoder.decode(out.bytes, 0, out.length, section)).isTrue();
    assertThat(section.finish()).isNotNull();
    assertThat(map.isEmpty()).isTrue();
    assertThat(section.text.length).isLessThan(16 * 1024);
    assertThat(decode(decoder, hex("be"))).isEqualTo("a: " + "x".repeat(3000) + "|");
  }

  // ---- Huffman

  @Property
  void whatIsEncodedIsDecoded(@ForAll byte[] bytes) {
    Output out = new Output();
    Huffman.encode(bytes, 0, bytes.length, out);
    assertThat(out.length).isEqualTo(Huffman.encodedLength(bytes, 0, bytes.length));
    byte[] back = new byte[Huffman.maxDecodedLength(out.length)];
    int end = Huffman.decode(out.bytes, 0, out.length, back, 0);
    assertThat(Arrays.copyOf(back, Math.max(0, end))).isEqualTo(bytes);
  }

  @Property
  void anyBytesAreAHuffmanCodeOrNot(@ForAll byte[] bytes) {
    byte[] into = new byte[Huffman.maxDecodedLength(bytes.length)];
    assertThat(Huffman.decode(bytes, 0, bytes.length, into, 0)).isBetween(-1, into.length);
  }

  @Property
  void anyBytesAreABlockOrNot(@ForAll byte[] bytes) {
    HpackDecoder decoder = new HpackDecoder(4096);
    decode(decoder, bytes);
    decode(decoder, bytes);
  }

  // ---- the encoder

  private static byte[] encode(HpackEncoder encoder, HeaderMap map) {
    Output out = new Output();
    encoder.begin(out);
    encoder.fields(out, map);
    return Arrays.copyOf(out.bytes, out.length);
  }

  private static HeaderMap map(String... namesAndValues) {
    HeaderMap map = new HeaderMap();
    for (int i = 0; i < namesAndValues.length; i += 2)
      map.add(namesAndValues[i], namesAndValues[i + 1]);
    return map;
  }

  @Test
  void aValueThatComesAgainCostsOneByte() {
    HpackEncoder encoder = new HpackEncoder();
    HeaderMap map = map("Server", "penstock", "Content-Type", "text/html; charset=utf-8");
    HpackDecoder decoder = new HpackDecoder(4096);
    String lines = "Server: penstock|Content-Type: text/html; charset=utf-8|";
    assertThat(decode(decoder, encode(encoder, map))).isEqualTo(lines);
    byte[] again = encode(encoder, map);
    assertThat(again).hasSize(2);
    assertThat(decode(decoder, again)).isEqualTo(lines);
  }

  @Test
  void secretsAreNeverIndexed() {
    HpackEncoder encoder = new HpackEncoder();
    HeaderMap map = map("Set-Cookie", "a=b", "Authorization", "Basic xyz", "Cookie", "c=d");
    byte[] first = encode(encoder, map);
    assertThat(first[0] & 0xf0).isEqualTo(0x10);
    assertThat(encode(encoder, map)).isEqualTo(first);
  }

  @Test
  void fieldsOfAConnectionAreLeftOut() {
    HeaderMap map =
        map(
            "Connection",
            "close",
            "Keep-Alive",
            "x",
            "Transfer-Encoding",
            "chunked",
            "Upgrade",
            "x",
            "Proxy-Connection",
            "x",
            "Content-Length",
            "1",
            "X-Kept",
            " padded ");
    assertThat(decode(new HpackDecoder(4096), encode(new HpackEncoder(), map)))
        .isEqualTo("x-kept: padded|");
  }

  @Test
  void aSmallerTableIsAnnouncedInFrontOfTheNextBlock() {
    HpackEncoder encoder = new HpackEncoder();
    HpackDecoder decoder = new HpackDecoder(4096);
    HeaderMap map = map("Server", "penstock");
    decode(decoder, encode(encoder, map));
    encoder.maxTableBytes(0);
    encoder.maxTableBytes(4096);
    byte[] block = encode(encoder, map);
    assertThat(block[0]).isEqualTo((byte) 0x20);
    assertThat(block[1]).isEqualTo((byte) 0x3f);
    assertThat(decode(decoder, block)).isEqualTo("Server: penstock|");
    assertThat(decode(decoder, encode(encoder, map))).isEqualTo("Server: penstock|");
  }

  @Provide
  Arbitrary<List<HeaderMap>> heads() {
    Arbitrary<String> names =
        Arbitraries.of(HeaderName.all().stream().map(HeaderName::text).toList())
            .filter(name -> !"Host".equals(name));
    Arbitrary<String> unknown = Arbitraries.of("x-a", "x-b", "X-Long-Name-Of-A-Field");
    Arbitrary<String> values =
        Arbitraries.oneOf(
            Arbitraries.of("one", "two", "", "a longer value that is seen now and then"),
            Arbitraries.strings().withCharRange('!', '~').ofMaxLength(700));
    Arbitrary<HeaderMap> map =
        Combinators.combine(Arbitraries.oneOf(names, unknown), values)
            .as((name, value) -> List.of(name, value))
            .list()
            .ofMaxSize(12)
            .map(pairs -> map(pairs.stream().flatMap(List::stream).toArray(String[]::new)));
    return map.list().ofMaxSize(12);
  }

  @Property(tries = 300)
  void whatIsEncodedIsDecodedWhateverTheTable(
      @ForAll("heads") List<HeaderMap> heads, @ForAll("sizes") List<Integer> sizes) {
    HpackEncoder encoder = new HpackEncoder();
    HpackDecoder decoder = new HpackDecoder(4096);
    for (int i = 0; i < heads.size(); i++) {
      if (i < sizes.size()) encoder.maxTableBytes(sizes.get(i));
      StringBuilder expected = new StringBuilder();
      HeaderMap head = heads.get(i);
      for (int f = 0; f < head.size(); f++) {
        if (isOmitted(head.name(f))) continue;
        expected.append(head.name(f)).append(": ").append(head.value(f)).append('|');
      }
      String decoded = decode(decoder, encode(encoder, head));
      // TE is judged by its value.
      if (head.contains(HeaderName.TE)) continue;
      assertThat(decoded.toLowerCase(Locale.ROOT))
          .isEqualTo(expected.toString().toLowerCase(Locale.ROOT));
    }
  }

  @Provide
  Arbitrary<List<Integer>> sizes() {
    return Arbitraries.of(0, 40, 100, 300, 4096, 8192).list().ofMaxSize(12);
  }

  private static boolean isOmitted(String name) {
    return switch (name) {
      case "Connection",
          "Keep-Alive",
          "Proxy-Connection",
          "Transfer-Encoding",
          "Upgrade",
          "Content-Length" ->
          true;
      default -> false;
    };
  }
}
