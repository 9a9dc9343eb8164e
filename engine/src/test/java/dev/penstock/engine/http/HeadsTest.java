package dev.penstock.engine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadsTest {
  @Test
  void aRequestHeadKeepsWhatItIsTold() {
    RequestHead head = new RequestHead();
    head.method("BREW");
    head.path("/pot");
    head.query("milk=1");
    assertThat(head.toString()).isEqualTo("BREW /pot?milk=1 HTTP/1.1");
    head.query("");
    assertThat(head.hasQuery()).isTrue();
    assertThat(head.query()).isEmpty();
    head.query(null);
    assertThat(head.query()).isNull();
    assertThat(head.querySlice().isEmpty()).isTrue();
    head.clear();
    assertThat(head.method()).isEmpty();
    assertThat(head.path()).isEmpty();
  }

  @Test
  void whatCouldSplitARequestLineIsRefused() { // S4
    RequestHead head = new RequestHead();
    head.path("/old");
    for (String path :
        List.of("", "a", "/a b", "/a\r\n", "/a\u0000", "/a#b", "/a?b", "/\u00e9", "/\u007f")) {
      assertThatThrownBy(() -> head.path(path)).isInstanceOf(IllegalArgumentException.class);
    }
    for (String query : List.of("a b", "\n", "#", "\u0100")) {
      assertThatThrownBy(() -> head.query(query)).isInstanceOf(IllegalArgumentException.class);
    }
    for (String method : List.of("", "GET ", "G\r", "(", "\u00e9")) {
      assertThatThrownBy(() -> head.method(method)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(head.path()).isEqualTo("/old");
  }

  @Test
  void aPathChangedInPlaceIsReadAnew() {
    RequestHead head = new RequestHead();
    head.path("/abc");
    head.pathSlice().array()[head.pathSlice().offset() + 1] = 'x';
    head.pathMoved();
    assertThat(head.path()).isEqualTo("/xbc");
  }

  @Test
  void aResponseHeadTakesRegisteredClassesOnly() {
    ResponseHead head = new ResponseHead();
    for (int status : new int[] {100, 101, 200, 599}) head.status(status);
    for (int status : new int[] {-1, 0, 99, 600, 1000}) {
      assertThatThrownBy(() -> head.status(status)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(head.status()).isEqualTo(599);
    head.status(103);
    assertThat(head.isInterim()).isTrue();
    head.status(101);
    assertThat(head.isInterim()).as("101 is the last head").isFalse();
  }

  @Test
  void methodsAreInternedByTheirBytes() {
    for (String method :
        List.of(
            "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT",
            "QUERY")) {
      byte[] bytes = ("x" + method).getBytes(StandardCharsets.ISO_8859_1);
      assertThat(Methods.find(bytes, 1, method.length())).isSameAs(method.intern());
      assertThat(Methods.find(bytes, 0, method.length())).isNull();
    }
    assertThat(Methods.find("get".getBytes(StandardCharsets.ISO_8859_1), 0, 3)).isNull();
  }

  @Test
  void onlyRepeatableMethodsAreIdempotent() { // U4
    for (String method : List.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "QUERY")) {
      assertThat(Methods.isIdempotent(method)).as(method).isTrue();
    }
    for (String method : List.of("POST", "PATCH", "CONNECT", "get", "")) {
      assertThat(Methods.isIdempotent(method)).as(method).isFalse();
    }
    assertThat(Methods.isSafe("PUT")).isFalse();
    assertThat(Methods.isSafe("QUERY")).isTrue();
  }
}
