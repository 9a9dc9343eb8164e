package dev.penstock.engine.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.RawResponse;
import dev.penstock.engine.wire.TestGateway;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code files:} over sockets. */
final class FilesTargetTest {
  private static final String DATE = "Thu, 01 Jan 2026 00:00:00 GMT";

  @TempDir Path folder;
  private Path site;
  private String large;

  @BeforeEach
  void putFiles() throws IOException {
    site = Files.createDirectories(folder.resolve("site"));
    Files.createDirectories(site.resolve("docs"));
    Files.createDirectories(site.resolve("empty"));
    StringBuilder text = new StringBuilder();
    for (int i = 0; text.length() < 1_000_000; i++) text.append(i).append(' ');
    large = text.toString();
    put("index.html", "<h1>home</h1>");
    put("a.txt", "0123456789");
    put("large.bin", large);
    put("docs/index.html", "docs");
    put("empty/<b>&.txt", "x");
    put(".env", "PASSWORD=1");
    put(".git/config", "secret");
    put(".well-known/security.txt", "contact");
    put("app.js", "plain");
    put("app.js.br", "brotli");
    put("app.js.gz", "gzip");
    put("404.html", "no such page");
    Files.writeString(folder.resolve("secret.txt"), "outside");
    Files.createSymbolicLink(site.resolve("out.txt"), folder.resolve("secret.txt"));
    Files.createSymbolicLink(site.resolve("up"), folder);
    Files.createSymbolicLink(site.resolve("proc"), Path.of("/proc/self"));
    Files.createSymbolicLink(site.resolve("loop"), site.resolve("loop"));
    Files.createSymbolicLink(site.resolve("in.txt"), Path.of("a.txt"));
    Files.createSymbolicLink(site.resolve("shown.txt"), Path.of(".env"));
  }

  private void put(String name, String text) throws IOException {
    Path file = site.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text, StandardCharsets.ISO_8859_1);
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
  }

  private TestGateway gateway(String more) {
    return TestGateway.start(
        "routes: { all: { files: { root: \"%s\"%s } } }".formatted(site, more));
  }

  private static RawResponse ask(TestGateway gateway, String line, String... fields) {
    try (RawClient client = gateway.connect()) {
      StringBuilder text = new StringBuilder(line + " HTTP/1.1\r\nHost: a\r\n");
      for (String field : fields) text.append(field).append("\r\n");
      client.send(text + "\r\n");
      return client.readResponse(line.startsWith("HEAD"));
    }
  }

  @Test
  void aFileComesWithWhatCachesAndBrowsersWantToKnow() {
    try (TestGateway gateway = gateway("")) {
      RawResponse answer = ask(gateway, "GET /a.txt");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("0123456789");
      assertThat(answer.field("Content-Type")).isEqualTo("text/plain; charset=utf-8");
      assertThat(answer.field("Content-Length")).isEqualTo("10");
      assertThat(answer.field("Last-Modified")).isEqualTo(DATE);
      assertThat(answer.field("ETag")).startsWith("\"").endsWith("-a\"");
      assertThat(answer.field("Accept-Ranges")).isEqualTo("bytes");
      RawResponse head = ask(gateway, "HEAD /a.txt");
      assertThat(head.field("Content-Length")).isEqualTo("10");
      assertThat(head.field("ETag")).isEqualTo(answer.field("ETag"));
      assertThat(ask(gateway, "GET /large.bin").body()).isEqualTo(large);
      assertThat(ask(gateway, "GET /large.bin").body()).isEqualTo(large);
      assertThat(ask(gateway, "HEAD /large.bin").field("Content-Length"))
          .isEqualTo("" + large.length());
    }
  }

  @Test
  void aFolderIsItsIndexAndWithoutItsSlashARedirect() {
    try (TestGateway gateway = gateway("")) {
      assertThat(ask(gateway, "GET /").body()).isEqualTo("<h1>home</h1>");
      assertThat(ask(gateway, "GET /docs/").body()).isEqualTo("docs");
      RawResponse redirect = ask(gateway, "GET /docs?a=b");
      assertThat(redirect.status()).isEqualTo(301);
      assertThat(redirect.field("Location")).isEqualTo("/docs/?a=b");
      assertThat(ask(gateway, "GET /empty/").status()).isEqualTo(404);
      assertThat(ask(gateway, "GET /a.txt/").status()).isEqualTo(404);
    }
  }

  @Test
  void aListingIsForTheAskingAndEscaped() {
    try (TestGateway gateway = gateway(", listing: true")) {
      String page = ask(gateway, "GET /empty/").body();
      assertThat(page).contains("&lt;b&gt;&amp;.txt").contains("./%3Cb%3E%26.txt");
      assertThat(page).doesNotContain("<b>");
      String top = ask(gateway, "GET /.well-known/").body();
      assertThat(top).contains("security.txt");
      assertThat(ask(gateway, "GET /empty/").body()).doesNotContain(".env");
    }
  }

  @Test
  void onlyReadingIsAllowed() {
    try (TestGateway gateway = gateway("")) {
      for (String method : new String[] {"POST", "PUT", "DELETE"}) {
        RawResponse refused = ask(gateway, method + " /a.txt", "Content-Length: 0");
        assertThat(refused.status()).isEqualTo(405);
        assertThat(refused.field("Allow")).isEqualTo("GET, HEAD, OPTIONS");
      }
      RawResponse options = ask(gateway, "OPTIONS /a.txt");
      assertThat(options.status()).isEqualTo(204);
      assertThat(options.field("Allow")).isEqualTo("GET, HEAD, OPTIONS");
    }
  }

  /** Attack: nothing outside of the folder, nothing hidden, nothing that is no file. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/%252e%252e/secret.txt",
        "/docs/..%5c..%5csecret.txt",
        "/docs/..\\..\\secret.txt",
        "/%c0%ae%c0%ae/secret.txt",
        "/%c0%af../secret.txt",
        "/%e0%80%ae%e0%80%ae/secret.txt",
        "/a.txt%00.png",
        "/%00",
        "/....//secret.txt",
        "/..;/secret.txt",
        "/up/secret.txt",
        "/up/",
        "/out.txt",
        "/proc/environ",
        "/proc/cwd/",
        "/loop",
        "/.env",
        "/%2eenv",
        "/.git/config",
        "/shown.txt",
        "/docs/../.env",
        "/a.txt::$DATA",
        "/nothing",
        "/docs/index.html/../../../secret.txt"
      })
  void nothingLeadsOutOfTheFolder(String path) {
    try (TestGateway gateway = gateway(", listing: true")) {
      RawResponse answer = ask(gateway, "GET " + path);
      assertThat(answer.status()).isIn(400, 404);
      assertThat(answer.body())
          .doesNotContain("outside")
          .doesNotContain("PASSWORD")
          .doesNotContain("secret.txt");
      assertThat(ask(gateway, "GET /a.txt").body()).isEqualTo("0123456789");
    }
  }

  @Test
  void aLinkThatStaysInsideIsFollowedAndOneThatIsTurnedAroundIsNot() throws IOException {
    try (TestGateway gateway = gateway(", recheck: 0ms")) {
      assertThat(ask(gateway, "GET /in.txt").body()).isEqualTo("0123456789");
      assertThat(ask(gateway, "GET /.well-known/security.txt").body()).isEqualTo("contact");
      Files.delete(site.resolve("docs/index.html"));
      Files.createSymbolicLink(site.resolve("docs/index.html"), folder.resolve("secret.txt"));
      assertThat(ask(gateway, "GET /docs/").status()).isEqualTo(404);
    }
  }

  @Test
  void conditionsHoldInTheOrderOfTheStandard() {
    // RFC 9110 §13.2.2
    try (TestGateway gateway = gateway("")) {
      String tag = ask(gateway, "GET /a.txt").field("ETag");
      String other = "If-None-Match: \"x\"";
      String before = "Wed, 31 Dec 2025 00:00:00 GMT";
      assertThat(status(gateway, "If-None-Match: " + tag)).isEqualTo(304);
      assertThat(status(gateway, "If-None-Match: \"x\", W/" + tag)).isEqualTo(304);
      assertThat(status(gateway, "If-None-Match: *")).isEqualTo(304);
      assertThat(status(gateway, other)).isEqualTo(200);
      assertThat(status(gateway, "If-Modified-Since: " + DATE)).isEqualTo(304);
      assertThat(status(gateway, "If-Modified-Since: " + before)).isEqualTo(200);
      assertThat(status(gateway, other, "If-Modified-Since: " + DATE)).isEqualTo(200);
      assertThat(status(gateway, "If-Match: " + tag)).isEqualTo(200);
      assertThat(status(gateway, "If-Match: W/" + tag)).isEqualTo(412);
      assertThat(status(gateway, "If-Match: \"x\"")).isEqualTo(412);
      assertThat(status(gateway, "If-Unmodified-Since: " + before)).isEqualTo(412);
      assertThat(status(gateway, "If-Match: " + tag, "If-Unmodified-Since: " + before))
          .isEqualTo(200);
      RawResponse unchanged = ask(gateway, "GET /a.txt", "If-None-Match: " + tag);
      assertThat(unchanged.field("ETag")).isEqualTo(tag);
      assertThat(unchanged.field("Content-Length")).isNull();
    }
  }

  private static int status(TestGateway gateway, String... fields) {
    return ask(gateway, "GET /a.txt", fields).status();
  }

  @Test
  void partsOfAFile() {
    // RFC 9110 §14
    try (TestGateway gateway = gateway("")) {
      RawResponse part = ask(gateway, "GET /a.txt", "Range: bytes=2-4");
      assertThat(part.status()).isEqualTo(206);
      assertThat(part.body()).isEqualTo("234");
      assertThat(part.field("Content-Range")).isEqualTo("bytes 2-4/10");
      assertThat(ask(gateway, "GET /a.txt", "Range: bytes=7-").body()).isEqualTo("789");
      assertThat(ask(gateway, "GET /a.txt", "Range: bytes=-2").body()).isEqualTo("89");
      assertThat(ask(gateway, "GET /a.txt", "Range: bytes=8-99").body()).isEqualTo("89");
      RawResponse big = ask(gateway, "GET /large.bin", "Range: bytes=500000-799999");
      assertThat(big.body()).isEqualTo(large.substring(500_000, 800_000));
      assertThat(big.field("Content-Length")).isEqualTo("300000");
      RawResponse beyond = ask(gateway, "GET /a.txt", "Range: bytes=10-");
      assertThat(beyond.status()).isEqualTo(416);
      assertThat(beyond.field("Content-Range")).isEqualTo("bytes */10");
      for (String ignored :
          new String[] {"bytes=4-2", "bytes=a-b", "items=0-1", "bytes=-", "bytes=0-9,0-9"}) {
        assertThat(ask(gateway, "GET /a.txt", "Range: " + ignored).status())
            .as(ignored)
            .isEqualTo(200);
      }
      // CVE-2011-3192
      String many = "Range: bytes=" + "0-1,".repeat(200) + "5-6";
      assertThat(ask(gateway, "GET /a.txt", many).status()).isEqualTo(200);
      assertThat(ask(gateway, "HEAD /a.txt", "Range: bytes=2-4").status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a.txt", "/large.bin"})
  void severalPartsComeAsOneBody(String path) {
    // RFC 9110 §14.6
    try (TestGateway gateway = gateway("")) {
      RawResponse answer = ask(gateway, "GET " + path, "Range: bytes=0-1, 4-5, -1");
      assertThat(answer.status()).isEqualTo(206);
      String type = answer.field("Content-Type");
      assertThat(type).startsWith("multipart/byteranges; boundary=");
      String line = "--" + String.valueOf(type).substring(31);
      String whole = path.equals("/a.txt") ? "0123456789" : large;
      String kind =
          path.equals("/a.txt") ? "text/plain; charset=utf-8" : "application/octet-stream";
      int last = whole.length() - 1;
      String expected =
          part(line, kind, "0-1/" + whole.length(), whole.substring(0, 2))
              + part(line, kind, "4-5/" + whole.length(), whole.substring(4, 6))
              + part(line, kind, last + "-" + last + "/" + whole.length(), whole.substring(last))
              + "\r\n"
              + line
              + "--\r\n";
      assertThat(answer.body()).isEqualTo(expected);
      assertThat(answer.field("Content-Length")).isEqualTo("" + expected.length());
    }
  }

  private static String part(String line, String type, String range, String bytes) {
    return "\r\n%s\r\nContent-Type: %s\r\nContent-Range: bytes %s\r\n\r\n%s"
        .formatted(line, type, range, bytes);
  }

  @Test
  void ifRangeAsksForTheWholeWhenTheFileIsAnother() {
    // C9, RFC 9110 §13.1.5: strong comparison only
    try (TestGateway gateway = gateway("")) {
      String tag = ask(gateway, "GET /a.txt").field("ETag");
      String range = "Range: bytes=0-1";
      assertThat(status(gateway, range, "If-Range: " + tag)).isEqualTo(206);
      assertThat(status(gateway, range, "If-Range: W/" + tag)).isEqualTo(200);
      assertThat(status(gateway, range, "If-Range: \"x\"")).isEqualTo(200);
      assertThat(status(gateway, range, "If-Range: " + DATE)).isEqualTo(206);
      assertThat(status(gateway, range, "If-Range: Fri, 02 Jan 2026 00:00:00 GMT")).isEqualTo(200);
    }
  }

  @Test
  void whatIsCompressedBeforehandIsSentToWhoTakesIt() {
    try (TestGateway gateway = gateway("")) {
      RawResponse br = ask(gateway, "GET /app.js", "Accept-Encoding: gzip, br");
      assertThat(br.body()).isEqualTo("brotli");
      assertThat(br.field("Content-Encoding")).isEqualTo("br");
      assertThat(br.field("Content-Type")).isEqualTo("text/javascript; charset=utf-8");
      assertThat(br.field("Vary")).isEqualTo("Accept-Encoding");
      assertThat(br.field("ETag")).endsWith("-br\"");
      assertThat(ask(gateway, "GET /app.js", "Accept-Encoding: gzip, br;q=0").body())
          .isEqualTo("gzip");
      RawResponse plain = ask(gateway, "GET /app.js");
      assertThat(plain.body()).isEqualTo("plain");
      assertThat(plain.field("Vary")).isEqualTo("Accept-Encoding");
      assertThat(ask(gateway, "GET /a.txt", "Accept-Encoding: br").field("Vary")).isNull();
    }
  }

  @Test
  void pagesForWhatIsNotThere() {
    try (TestGateway gateway = gateway(", not-found: 404.html")) {
      RawResponse missing = ask(gateway, "GET /nothing");
      assertThat(missing.status()).isEqualTo(404);
      assertThat(missing.body()).isEqualTo("no such page");
    }
    try (TestGateway gateway = gateway(", fallback: index.html")) {
      RawResponse page = ask(gateway, "GET /orders/17");
      assertThat(page.status()).isEqualTo(200);
      assertThat(page.body()).isEqualTo("<h1>home</h1>");
      assertThat(ask(gateway, "GET /.env").status()).isEqualTo(404);
    }
  }

  @Test
  void fieldsAndTypesByNameAndABeginningThatNamesNoFolder() {
    String more =
        ", strip: /assets, types: { .txt: text/x-log },"
            + " headers: [ { files: [ \"*.txt\" ], set: { Cache-Control: \"max-age=60\" } },"
            + " { files: [ \"docs/**\" ], set: { X-Docs: \"1\" } } ]";
    try (TestGateway gateway = gateway(more)) {
      RawResponse text = ask(gateway, "GET /assets/a.txt");
      assertThat(text.field("Cache-Control")).isEqualTo("max-age=60");
      assertThat(text.field("Content-Type")).isEqualTo("text/x-log");
      assertThat(ask(gateway, "GET /assets/docs/").field("X-Docs")).isEqualTo("1");
      assertThat(ask(gateway, "GET /assets/app.js").field("Cache-Control")).isNull();
      assertThat(ask(gateway, "GET /a.txt").status()).isEqualTo(404);
      assertThat(ask(gateway, "GET /assetsa.txt").status()).isEqualTo(404);
    }
  }

  @Test
  void aFileThatBecomesShorterWhileItIsSentBreaksTheAnswerOff() throws IOException {
    Path file = site.resolve("huge.bin");
    try (RandomAccessFile huge = new RandomAccessFile(file.toFile(), "rw")) {
      huge.setLength(64 << 20);
    }
    try (TestGateway gateway = gateway("");
        RawClient client = RawClient.connect(gateway.address(), 4096)) {
      client.send("GET /huge.bin HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readHead().field("Content-Length")).isEqualTo("" + (64 << 20));
      try (RandomAccessFile huge = new RandomAccessFile(file.toFile(), "rw")) {
        huge.setLength(1000);
      }
      assertThat(client.readToEnd().length()).isLessThan(64 << 20);
      gateway.awaitIdle();
    }
  }

  @Test
  void aChangedFileIsSeenWhenItIsLookedAtAgain() throws IOException {
    try (TestGateway gateway = gateway(", recheck: 0ms")) {
      String before = ask(gateway, "GET /a.txt").field("ETag");
      put("a.txt", "changed");
      RawResponse after = ask(gateway, "GET /a.txt", "If-None-Match: " + before);
      assertThat(after.body()).isEqualTo("changed");
    }
  }
}
