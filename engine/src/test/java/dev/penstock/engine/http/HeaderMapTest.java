package dev.penstock.engine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.bytes.Slice;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeaderMapTest {
  private final HeaderMap map = new HeaderMap();

  private static String text(HeaderMap map) {
    return map.toString().replace("\r\n", "|");
  }

  /** A map whose fields lie in the lines of {@code wire}, as a decoder leaves it. */
  static HeaderMap decoded(String wire) {
    HeaderMap map = new HeaderMap();
    byte[] bytes = wire.getBytes(StandardCharsets.ISO_8859_1);
    int at = 0;
    for (String line : wire.lines().toList()) {
      int colon = line.indexOf(':');
      int valueAt = colon + 1;
      while (valueAt < line.length() && line.charAt(valueAt) == ' ') valueAt++;
      int length = line.stripTrailing().length() - valueAt;
      HeaderName known = HeaderName.find(line.substring(0, colon));
      map.addPlaced(known, at, colon, at + valueAt, Math.max(0, length));
      at += line.length() + 2;
    }
    map.attach(bytes, bytes.length);
    return map;
  }

  @Test
  void namesAreFoundInAnyCaseAndKeptAsWritten() { // H9
    map.add("hOST", "a");
    map.add("x-TENANT", "b");
    assertThat(map.get(HeaderName.HOST)).isEqualTo("a");
    assertThat(map.get("Host")).isEqualTo("a");
    assertThat(map.get("X-Tenant")).isEqualTo("b");
    assertThat(map.contains("X-TENANT")).isTrue();
    assertThat(map.contains("X-Tenan")).isFalse();
    assertThat(map.contains("")).isFalse();
    assertThat(map.name(0)).as("known names are added in their usual spelling").isEqualTo("Host");
    assertThat(map.name(1)).isEqualTo("x-TENANT");
    assertThat(map.known(0)).isSameAs(HeaderName.HOST);
    assertThat(map.known(1)).isNull();
  }

  @Test
  void severalFieldsOfANameStaySeveralAndInOrder() { // H9
    map.add("Set-Cookie", "a=1");
    map.add("X", "1");
    map.add("set-cookie", "b=2");
    map.add("x", "2");
    assertThat(map.all("Set-Cookie")).containsExactly("a=1", "b=2");
    assertThat(map.joined("X")).isEqualTo("1, 2");
    assertThat(map.joined("Set-Cookie")).isEqualTo("a=1, b=2");
    assertThat(map.joined("Y")).isNull();
    assertThat(map.all("Y")).isEmpty();
    assertThat(map.get("x")).isEqualTo("1");
    assertThat(text(map)).isEqualTo("Set-Cookie: a=1|X: 1|Set-Cookie: b=2|x: 2|");
  }

  @Test
  void setReplacesAllAtThePlaceOfTheFirst() {
    map.add("A", "1");
    map.add("Via", "x");
    map.add("a", "2");
    map.add("B", "3");
    map.set("A", "new");
    assertThat(text(map)).isEqualTo("A: new|Via: x|B: 3|");
    map.set(HeaderName.VIA, "y");
    map.set("C", "4");
    map.set(HeaderName.AGE, "5");
    assertThat(text(map)).isEqualTo("A: new|Via: y|B: 3|C: 4|Age: 5|");
  }

  @Test
  void removalKeepsTheOrderOfTheOthers() {
    for (String name : List.of("A", "Via", "B", "via", "a", "C")) map.add(name, "1");
    assertThat(map.remove("VIA")).isTrue();
    assertThat(map.remove(HeaderName.VIA)).isFalse();
    assertThat(map.remove("nothing")).isFalse();
    assertThat(map.remove("A")).isTrue();
    assertThat(text(map)).isEqualTo("B: 1|C: 1|");
    map.removeAt(0);
    assertThat(text(map)).isEqualTo("C: 1|");
    map.removeAt(0);
    assertThat(map.isEmpty()).isTrue();
  }

  @Test
  void namesThatShareABitOfTheMaskAreStillToldApart() {
    // LINK and others have ids beyond 64: their bits are those of early names.
    map.add(HeaderName.LINK, "x");
    map.add(HeaderName.STRICT_TRANSPORT_SECURITY, "y");
    for (HeaderName name : HeaderName.all()) {
      boolean isThere = name == HeaderName.LINK || name == HeaderName.STRICT_TRANSPORT_SECURITY;
      assertThat(map.contains(name)).as(name.text()).isEqualTo(isThere);
    }
  }

  @Test
  void whatCouldSplitAMessageIsRefused() { // S4, F10
    for (String value :
        List.of("a\rb", "a\nb", "a\u0000b", "\u0001", "\u007f", "\u0100", "a\r\nX: y")) {
      assertThatThrownBy(() -> map.add("X", value)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> map.add(HeaderName.VIA, value))
          .isInstanceOf(IllegalArgumentException.class);
      map.set("Y", "old");
      assertThatThrownBy(() -> map.set("Y", value)).isInstanceOf(IllegalArgumentException.class);
      assertThat(map.get("Y")).isEqualTo("old");
    }
    for (String name : List.of("", "a b", "a:", "a\r", "\u00e9", "a\u0000", "(a)", "\u212a")) {
      assertThatThrownBy(() -> map.add(name, "x")).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> map.set(name, "x")).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(map.size()).isEqualTo(1);
  }

  @Test
  void tabsAndObsTextArePartOfValues() {
    map.add("X", "a\tb\u00ff");
    assertThat(map.get("X")).isEqualTo("a\tb\u00ff");
  }

  @Test
  void linesThatArrivedAsWeWriteThemAreWrittenUnchanged() {
    HeaderMap decoded =
        decoded("Host: a\r\nX-A: 1\r\nX-B:2\r\nX-C:   3\r\nX-D: 4  \r\nX-E: 5\r\nX-F:\r\n");
    assertThat(text(decoded)).isEqualTo("Host: a|X-A: 1|X-B: 2|X-C: 3|X-D: 4|X-E: 5|X-F: |");
    assertThat(decoded.toString()).hasSize(decoded.wireLength());
    decoded.removeAt(1);
    decoded.add("X-G", "6");
    decoded.replace(0, "b");
    assertThat(text(decoded)).isEqualTo("Host: b|X-B: 2|X-C: 3|X-D: 4|X-E: 5|X-F: |X-G: 6|");
  }

  @Test
  void framingCanBeLeftOut() {
    HeaderMap decoded =
        decoded(
            "A: 1\r\nContent-Length: 5\r\nB: 2\r\nconnection: x\r\nTransfer-Encoding: y\r\nC: 3\r\n");
    byte[] into = new byte[decoded.wireLength()];
    int end = decoded.writeUnframed(into, 0);
    assertThat(new String(into, 0, end, StandardCharsets.ISO_8859_1))
        .isEqualTo("A: 1\r\nB: 2\r\nC: 3\r\n");
  }

  @Test
  void addedFieldsNeverTouchTheDecodersMessage() {
    byte[] text = "GET / HTTP/1.1\r\nHost: a\r\n\r\nBODY".getBytes(StandardCharsets.ISO_8859_1);
    byte[] before = text.clone();
    map.attach(text, text.length);
    map.addPlaced(HeaderName.HOST, 16, 4, 22, 1);
    map.add("X", "y");
    assertThat(text).isEqualTo(before);
    assertThat(text(map)).isEqualTo("Host: a|X: y|");
  }

  @Test
  void copiesOfAnotherMapStandOnTheirOwn() {
    HeaderMap other = decoded("Host: a\r\nX: 1\r\n");
    map.add("Z", "0");
    map.addAll(other);
    other.replace(1, "changed");
    assertThat(text(map)).isEqualTo("Z: 0|Host: a|X: 1|");
    assertThat(map.get(HeaderName.HOST)).isEqualTo("a");
    assertThatThrownBy(() -> map.addAll(map)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aClearedMapIsEmptyAndUsable() {
    for (int i = 0; i < 40; i++) map.add("Host", "v".repeat(1000));
    map.clear();
    assertThat(map.contains(HeaderName.HOST)).isFalse();
    assertThat(text(map)).isEmpty();
    map.add("Host", "b");
    assertThat(text(map)).isEqualTo("Host: b|");
  }

  @Test
  void slicesShowTheBytes() {
    map.add("X-Name", "value");
    Slice slice = new Slice();
    assertThat(map.name(0, slice).toString()).isEqualTo("X-Name");
    assertThat(map.value(0, slice).toString()).isEqualTo("value");
    assertThat(map.valueLength(0)).isEqualTo(5);
    assertThat(slice.array()).isSameAs(map.text());
    assertThat(slice.offset()).isEqualTo(map.valueAt(0));
  }

  @Test
  void placesBeyondTheFieldsDoNotExist() {
    map.add("X", "y");
    for (int i : new int[] {-1, 1, 100}) {
      assertThatThrownBy(() -> map.value(i)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> map.name(i)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> map.removeAt(i)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> map.replace(i, "z")).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }
}
