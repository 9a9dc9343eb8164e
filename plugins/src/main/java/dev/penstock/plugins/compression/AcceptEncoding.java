package dev.penstock.plugins.compression;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an Accept-Encoding field says of the codings known here (Z1, RFC 9110 §12.5.3). */
final class AcceptEncoding {
  private static final int UNSAID = -1;
  private static final int FULL = 1000;

  /** A client that says nothing is sent nothing that it might not know. */
  private static final AcceptEncoding NOTHING = new AcceptEncoding("");

  private final int[] qualities = new int[Coding.values().length];
  private int identity = UNSAID;
  private int others = UNSAID;

  private AcceptEncoding(String field) {
    Arrays.fill(qualities, UNSAID);
    for (int from = 0; from < field.length(); ) {
      int comma = field.indexOf(',', from);
      int end = comma < 0 ? field.length() : comma;
      element(field, from, end);
      from = end + 1;
    }
  }

  static AcceptEncoding of(HeaderMap headers) {
    String field = headers.joined(HeaderName.ACCEPT_ENCODING.lower());
    return field == null ? NOTHING : new AcceptEncoding(field);
  }

  static AcceptEncoding of(String field) {
    return new AcceptEncoding(field);
  }

  private void element(String field, int from, int to) {
    int semicolon = field.indexOf(';', from);
    int nameEnd = semicolon >= 0 && semicolon < to ? semicolon : to;
    int start = skip(field, from, nameEnd);
    int stop = back(field, start, nameEnd);
    if (start == stop) return;
    int quality = nameEnd == to ? FULL : quality(field, nameEnd + 1, to);
    if (quality < 0) return;
    Coding coding = Coding.named(field, start, stop);
    if (coding != null) qualities[coding.ordinal()] = quality;
    else if (Coding.is(field, start, stop, "identity")) identity = quality;
    else if (stop - start == 1 && field.charAt(start) == '*') others = quality;
  }

  /** The weight in thousandths, or -1 when what stands there is none (RFC 9110 §12.4.2). */
  private static int quality(String field, int from, int to) {
    int at = skip(field, from, to);
    int end = back(field, at, to);
    if (end - at < 3 || (field.charAt(at) | 0x20) != 'q' || field.charAt(at + 1) != '=') return -1;
    int whole = field.charAt(at + 2) - '0';
    if (whole != 0 && whole != 1) return -1;
    at += 3;
    if (at == end) return whole * FULL;
    if (field.charAt(at++) != '.' || end - at > 3) return -1;
    int thousandths = 0;
    for (int scale = 100; at < end; at++, scale /= 10) {
      int digit = field.charAt(at) - '0';
      if (digit < 0 || digit > 9) return -1;
      thousandths += digit * scale;
    }
    return whole == 1 ? thousandths == 0 ? FULL : -1 : thousandths;
  }

  private static int skip(String text, int from, int to) {
    int at = from;
    while (at < to && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) at++;
    return at;
  }

  private static int back(String text, int from, int to) {
    int at = to;
    while (at > from && (text.charAt(at - 1) == ' ' || text.charAt(at - 1) == '\t')) at--;
    return at;
  }

  private int quality(Coding coding) {
    int said = qualities[coding.ordinal()];
    return said == UNSAID ? others : said;
  }

  /** The coding of those offered that the client likes best; the first among equals. */
  @Nullable Coding choose(List<Coding> offered) {
    Coding best = null;
    int most = 0;
    for (int i = 0; i < offered.size(); i++) {
      int quality = quality(offered.get(i));
      if (quality > most) {
        most = quality;
        best = offered.get(i);
      }
    }
    return best != null && identity > most ? null : best;
  }

  boolean accepts(Coding coding) {
    return quality(coding) > 0;
  }

  /** Without a coding, a body is acceptable unless that is excluded. */
  boolean acceptsIdentity() {
    return identity == UNSAID ? others != 0 : identity > 0;
  }
}
