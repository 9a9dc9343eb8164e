package dev.penstock.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.plan.CanonicalPath.Result;
import dev.penstock.engine.plan.PathRules.DotSegments;
import dev.penstock.engine.plan.PathRules.DoubleSlash;
import dev.penstock.engine.plan.PathRules.EncodedSlash;
import dev.penstock.engine.plan.PathRules.PathParameters;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** C10: one canonical path; and the attacks that live from there being two. */
class CanonicalPathTest {
  private static final PathRules LENIENT =
      new PathRules(
          EncodedSlash.KEEP, DoubleSlash.KEEP, DotSegments.NORMALISE, PathParameters.KEEP);
  private static final PathRules DECODING =
      new PathRules(
          EncodedSlash.DECODE, DoubleSlash.MERGE, DotSegments.NORMALISE, PathParameters.REMOVE);
  private static final PathRules STRICT =
      new PathRules(
          EncodedSlash.REJECT, DoubleSlash.REJECT, DotSegments.REJECT, PathParameters.REJECT);

  private static String canonical(PathRules rules, String path) {
    RequestHead head = Requests.get("h", path);
    Result result = new CanonicalPath(rules).apply(head);
    assertThat(head.target()).as("the target stays as sent").hasToString(path);
    if (!result.isOk()) assertThat(head.path()).as("a refused path is unchanged").isEqualTo(path);
    return result.isOk() ? head.path() : result.name();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "/ /",
        "/users/17 /users/17",
        "/a.b/..c/d../... /a.b/..c/d../...",
        "/.well-known/x /.well-known/x",
        "/caf%C3%A9 /caf%C3%A9",
        "/caf%c3%a9 /caf%C3%A9",
        "/%7Euser/%41%2d%5f%2E%7e /~user/A-_.~",
        "/a:b@c!$&'()*+,=d /a:b@c!$&'()*+,=d",
        "/a%3Ab%20c /a%3Ab%20c",
        "/a|b^{c}[d] /a%7Cb%5E%7Bc%7D%5Bd%5D",
        "//a///b// /a/b/",
        "/a/./b/. /a/b/",
        "/a/b/../c /a/c",
        "/a/b/.. /a/",
        "/a/.. /",
        "/a/%2e%2E/b /b",
        "/a/.%2e/%2e/b /b",
        "/a//../b /b",
        "/a%252e%252e%252fb /a%252e%252e%252fb",
        "/%252e%252e/b /%252e%252e/b",
        "/%C0%AE%C0%AE/b /%C0%AE%C0%AE/b",
        "/%c0%ae%c0%ae%c0%af/b /%C0%AE%C0%AE%C0%AF/b",
        "/a%23b%3Fc /a%23b%3Fc",
      })
  void bringsPathsIntoOneForm(String path, String expected) {
    assertThat(canonical(PathRules.DEFAULT, path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "/.. ABOVE_ROOT",
        "/../etc/passwd ABOVE_ROOT",
        "/a/../../etc ABOVE_ROOT",
        "/%2e%2e/etc ABOVE_ROOT",
        "//../etc ABOVE_ROOT",
        "/public/..%2fadmin ENCODED_SLASH",
        "/public%2Fadmin ENCODED_SLASH",
        "/public/..%5cadmin ENCODED_SLASH",
        "/public/..\\admin BACKSLASH",
        "/\\evil.example BACKSLASH",
        "/public/..;/admin HIDDEN_DOT_SEGMENT",
        "/public/%2e%2e;x=1/admin HIDDEN_DOT_SEGMENT",
        "/public/.;/admin HIDDEN_DOT_SEGMENT",
        "/public/..%3b/admin HIDDEN_DOT_SEGMENT",
        "/admin;x/users PATH_PARAMETER",
        "/admin%3Bx/users PATH_PARAMETER",
        "/account/x.css%3B.js PATH_PARAMETER",
        "/a%00.html CONTROL",
        "/a%0d%0aset-cookie:x CONTROL",
        "/a%7f CONTROL",
        "/a% BAD_ESCAPE",
        "/a%2 BAD_ESCAPE",
        "/a%zz BAD_ESCAPE",
        "/a%2gb BAD_ESCAPE",
        "/a%u002e BAD_ESCAPE",
        "/a\u00e9 BAD_CHARACTER",
        "/a#b BAD_CHARACTER",
        "a/b NOT_A_PATH",
      })
  void refusesWhatHasTwoReadings(String path, String expected) {
    assertThat(canonical(PathRules.DEFAULT, path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "/a%2fb%5cc /a%2Fb%5Cc",
        "/a//b//../c /a//b/c",
        "//a //a",
        "/a;x=1/b;y /a;x=1/b;y",
        "/a%3bx /a%3Bx",
        "/a/..%2fb HIDDEN_DOT_SEGMENT",
        "/a/b%2f.. HIDDEN_DOT_SEGMENT",
        "/a/b%2f../c HIDDEN_DOT_SEGMENT",
        "/a/b%2f.%5cc HIDDEN_DOT_SEGMENT",
        "/a/..;/b HIDDEN_DOT_SEGMENT",
        "/a/b%2f..;/c HIDDEN_DOT_SEGMENT",
        "/a/..%3b/b HIDDEN_DOT_SEGMENT",
        "/a%00 CONTROL",
        "/a\\b BACKSLASH",
      })
  void keepsWhatItIsToldToKeepButHidesNoDotSegment(String path, String expected) {
    assertThat(canonical(LENIENT, path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "/a%2fb /a/b",
        "/a/..%2fb /b",
        "/a%2f%2e%2e%2fb /b",
        "/%2f%2Fa /a",
        "/..%2fb ABOVE_ROOT",
        "/a%5cb ENCODED_SLASH",
        "/a%252fb /a%252fb",
        "/a;x=1/b;y=%20/c /a/b/c",
        "/a/;x/b /a/b",
        "/a;x=%2f..%2f/b ENCODED_SLASH",
        "/a;x=%0a/b CONTROL",
        "/a;x=%/b BAD_ESCAPE",
        "/a;x\\/b BACKSLASH",
        "/a%3bx/b PATH_PARAMETER",
        "/a/..;x/b HIDDEN_DOT_SEGMENT",
      })
  void decodesSlashesAndRemovesParametersWhenToldTo(String path, String expected) {
    assertThat(canonical(DECODING, path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "/a//b DOUBLE_SLASH",
        "/a/./b DOT_SEGMENT",
        "/a/%2e%2e/b DOT_SEGMENT",
        "/a/.. DOT_SEGMENT",
        "/a/b/ /a/b/"
      })
  void refusesInsteadOfRepairingWhenToldTo(String path, String expected) {
    assertThat(canonical(STRICT, path)).isEqualTo(expected);
  }

  @Test
  void leavesAsteriskFormAlone() {
    RequestHead head = Requests.head("OPTIONS", "h", "*");

    assertThat(new CanonicalPath(PathRules.DEFAULT).apply(head)).isEqualTo(Result.OK);
    assertThat(head.path()).isEqualTo("*");
  }

  @Test
  void touchesNothingOfAPathThatIsCanonical() {
    RequestHead head = Requests.get("h", "/files/caf%C3%A9/.profile/a.txt");
    byte[] before = head.pathSlice().array();

    assertThat(new CanonicalPath(PathRules.DEFAULT).apply(head)).isEqualTo(Result.OK);
    assertThat(head.pathSlice().array()).isSameAs(before);
  }

  @Provide
  Arbitrary<String> paths() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "/", "//", ".", "..", "%2e", "%2E", ";", "%3b", "%3B", "%2f", "%2F", "%5c", "%5C", "\\",
            "%25", "%252e", "%252f", "a", "%41", "b.c", "%00", "%", "%2", "2e", "2f", "~", "%7e",
            "%c3%a9", "|", "%7c", "%20", ":", "%3a");
    return pieces.list().ofMaxSize(12).map(parts -> "/" + String.join("", parts));
  }

  @Provide
  Arbitrary<PathRules> rules() {
    List<PathRules> all = new ArrayList<>();
    for (EncodedSlash slash : EncodedSlash.values())
      for (DoubleSlash twice : DoubleSlash.values())
        for (DotSegments dots : DotSegments.values())
          for (PathParameters parameters : PathParameters.values())
            all.add(new PathRules(slash, twice, dots, parameters));
    return Arbitraries.of(all);
  }

  @Property(tries = 5_000)
  void whatIsCanonicalStaysAsItIs(@ForAll("paths") String path, @ForAll("rules") PathRules rules) {
    RequestHead head = Requests.get("h", path);
    if (!new CanonicalPath(rules).apply(head).isOk()) return;
    String once = head.path();

    assertThat(canonical(rules, once)).isEqualTo(once);
  }

  @Property(tries = 5_000)
  void noDotSegmentSurvivesAnyEncoding(
      @ForAll("paths") String path, @ForAll("rules") PathRules rules) {
    RequestHead head = Requests.get("h", path);
    if (!new CanonicalPath(rules).apply(head).isOk()) return;
    String result = head.path();

    // As the most obliging server reads it: decode once, cut parameters, take backslashes for
    // slashes.
    String read =
        result.replace("%2F", "/").replace("%5C", "/").replace("%3B", ";").replace("%2E", ".");
    for (String segment : read.split("/")) {
      int cut = segment.indexOf(';');
      assertThat(cut < 0 ? segment : segment.substring(0, cut)).as(result).isNotIn(".", "..");
    }
    assertThat(result).startsWith("/").doesNotContain("\\");
    if (rules.doubleSlash() != DoubleSlash.KEEP) assertThat(result).doesNotContain("//");
    if (rules.encodedSlash() != EncodedSlash.KEEP)
      assertThat(result).doesNotContain("%2F").doesNotContain("%5C");
    if (rules.pathParameters() != PathParameters.KEEP)
      assertThat(result).doesNotContain(";").doesNotContain("%3B");
  }

  /** Two spellings that RFC 3986 §6.2.2 calls equivalent may not end up as two paths. */
  @Property(tries = 5_000)
  void equivalentSpellingsMeet(@ForAll("paths") String path, @ForAll("rules") PathRules rules) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      boolean isInEscape =
          i >= 1 && path.charAt(i - 1) == '%' || i >= 2 && path.charAt(i - 2) == '%';
      if (!isInEscape && (Character.isLetterOrDigit(c) || c == '.' || c == '~'))
        escaped.append("%%%02x".formatted((int) c));
      else escaped.append(isInEscape ? Character.toLowerCase(c) : c);
    }

    assertThat(canonicalOrRefusal(rules, escaped.toString()))
        .isEqualTo(canonicalOrRefusal(rules, path));
  }

  private static String canonicalOrRefusal(PathRules rules, String path) {
    RequestHead head = Requests.get("h", path);
    Result result = new CanonicalPath(rules).apply(head);
    return result.isOk() ? head.path() : "refused";
  }
}
