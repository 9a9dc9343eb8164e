package dev.penstock.scripting.web;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.graalvm.polyglot.HostAccess;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a {@code multipart/form-data} body (RFC 7578, Fetch §4.2.3). Public because the
 * guest calls it.
 */
public final class Multipart {
  private record Part(String name, @Nullable String filename, String type, int from, int length) {}

  private static final byte[] CRLF = {'\r', '\n'};

  private final byte[] body;
  private final List<Part> parts = new ArrayList<>();
  private int at;

  private Multipart(byte[] body) {
    this.body = body;
  }

  /**
   * @return null when the body is not valid
   */
  static @Nullable Multipart parse(byte[] body, String boundary) {
    Multipart m = new Multipart(body);
    return m.read(("--" + boundary).getBytes(StandardCharsets.ISO_8859_1)) ? m : null;
  }

  @HostAccess.Export
  public int size() {
    return parts.size();
  }

  @HostAccess.Export
  public String name(int i) {
    return parts.get(i).name;
  }

  @HostAccess.Export
  public @Nullable String filename(int i) {
    return parts.get(i).filename;
  }

  @HostAccess.Export
  public String type(int i) {
    return parts.get(i).type;
  }

  @HostAccess.Export
  public int from(int i) {
    return parts.get(i).from;
  }

  @HostAccess.Export
  public int length(int i) {
    return parts.get(i).length;
  }

  private boolean read(byte[] dashBoundary) {
    while (startsWith(CRLF, at)) at += 2;
    byte[] delimiter = new byte[dashBoundary.length + 2];
    delimiter[0] = '\r';
    delimiter[1] = '\n';
    System.arraycopy(dashBoundary, 0, delimiter, 2, dashBoundary.length);
    while (true) {
      if (!startsWith(dashBoundary, at)) return false;
      at += dashBoundary.length;
      if (at + 2 <= body.length && body[at] == '-' && body[at + 1] == '-') return isEnd(at + 2);
      while (at < body.length && (body[at] == ' ' || body[at] == '\t')) at++;
      if (!startsWith(CRLF, at)) return false;
      at += 2;
      if (!readPart(delimiter)) return false;
    }
  }

  private boolean isEnd(int from) {
    return from == body.length || startsWith(CRLF, from);
  }

  private boolean readPart(byte[] delimiter) {
    String name = null;
    String filename = null;
    String type = null;
    while (!startsWith(CRLF, at)) {
      int end = indexOf(CRLF, at);
      if (end < 0) return false;
      int colon = at;
      while (colon < end && body[colon] != ':') colon++;
      if (colon == end || colon == at) return false;
      String field = new String(body, at, colon - at, StandardCharsets.ISO_8859_1).strip();
      String value = new String(body, colon + 1, end - colon - 1, StandardCharsets.UTF_8).strip();
      if (field.equalsIgnoreCase("content-disposition")) {
        if (!value.regionMatches(true, 0, "form-data", 0, 9)) return false;
        name = parameter(value, "name");
        filename = parameter(value, "filename");
        if (name == null) return false;
      } else if (field.equalsIgnoreCase("content-type")) {
        type = value;
      }
      at = end + 2;
    }
    if (name == null) return false;
    at += 2;
    // The line before the delimiter may be the empty one that ends the head: a part without
    // content.
    int end = startsWith(delimiter, at - 2) ? at - 2 : indexOf(delimiter, at);
    if (end < 0) return false;
    String kind = type != null ? type : "text/plain";
    parts.add(new Part(name, filename, kind, at, Math.max(end - at, 0)));
    at = end + 2;
    return true;
  }

  private static @Nullable String parameter(String value, String wanted) {
    int i = value.indexOf(';');
    while (i >= 0 && i < value.length()) {
      i++;
      while (i < value.length() && (value.charAt(i) == ' ' || value.charAt(i) == '\t')) i++;
      int eq = value.indexOf('=', i);
      if (eq < 0) return null;
      String name = value.substring(i, eq).strip();
      int end;
      String content;
      if (eq + 1 < value.length() && value.charAt(eq + 1) == '"') {
        end = value.indexOf('"', eq + 2);
        if (end < 0) return null;
        content =
            value
                .substring(eq + 2, end)
                .replace("%0A", "\n")
                .replace("%0D", "\r")
                .replace("%22", "\"");
        end = value.indexOf(';', end);
      } else {
        end = value.indexOf(';', eq);
        content = value.substring(eq + 1, end < 0 ? value.length() : end).strip();
      }
      if (name.equalsIgnoreCase(wanted)) return content;
      i = end;
    }
    return null;
  }

  private boolean startsWith(byte[] what, int from) {
    if (from < 0 || from + what.length > body.length) return false;
    for (int i = 0; i < what.length; i++) {
      if (body[from + i] != what[i]) return false;
    }
    return true;
  }

  private int indexOf(byte[] what, int from) {
    for (int i = from; i + what.length <= body.length; i++) {
      if (body[i] == what[0] && startsWith(what, i)) return i;
    }
    return -1;
  }
}
