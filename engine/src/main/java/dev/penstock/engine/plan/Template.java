package dev.penstock.engine.plan;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Identity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Text with variables in braces, {@code https://{host}{uri}}, taken apart when the configuration is
 * compiled. Two braces are a plain one. A dollar sign in front would be the configuration's own
 * <code>${ENV}</code>, which is replaced before we see it.
 *
 * <p>Variables: {@code client-ip}, {@code scheme}, {@code host} (without port), {@code authority}
 * (with it), {@code method}, {@code path}, {@code query}, {@code uri} (path and query), {@code
 * request-id}, {@code route}, {@code identity} (who sends the request, if a filter before knows),
 * {@code groups} (of which it is one, with commas), {@code claim.NAME} (what else is said about
 * it), {@code header.NAME}, {@code var.NAME} (what a filter or script has noted), and the
 * parameters of the route's path by their names, or as {@code param.NAME} where a name is taken.
 * What the request does not have is empty.
 *
 * <p>No value can break out of its place: in a header field, what may not stand there becomes
 * {@code ?}; in an address, values of header fields are percent-encoded.
 */
final class Template {
  private static final String KNOWN =
      "client-ip, scheme, host, authority, method, path, query, uri, request-id, route, identity, groups, claim.NAME,"
          + " header.NAME, var.NAME";

  private final Part[] parts;
  private final @Nullable String constant;
  private final boolean isUri;

  private Template(List<Part> parts, boolean isUri) {
    this.parts = parts.toArray(Part[]::new);
    this.isUri = isUri;
    constant = parts.stream().allMatch(Part.Literal.class::isInstance) ? literals(parts) : null;
  }

  private static String literals(List<Part> parts) {
    StringBuilder all = new StringBuilder();
    for (Part part : parts) all.append(((Part.Literal) part).text());
    return all.toString();
  }

  /** A piece of a template. */
  sealed interface Part {
    record Literal(String text) implements Part {}

    record Header(String name) implements Part {}

    record Note(String name) implements Part {}

    record Claim(String name) implements Part {}

    record Parameter(String name) implements Part {}

    enum Variable implements Part {
      CLIENT_IP,
      SCHEME,
      HOST,
      AUTHORITY,
      METHOD,
      PATH,
      QUERY,
      URI,
      REQUEST_ID,
      ROUTE,
      IDENTITY,
      GROUPS
    }
  }

  /**
   * A template for the value of a header field.
   *
   * @param parameters names that {@code param.NAME} may have
   */
  static Template ofValue(String text, Set<String> parameters) {
    return new Template(parse(text, parameters, false), false);
  }

  /** A template for an address or a part of one. */
  static Template ofUri(String text, Set<String> parameters) {
    return new Template(parse(text, parameters, true), true);
  }

  /** Checks all but the names of parameters, which are known only with the route. */
  static List<Part> checkUri(String text) {
    return parse(text, null, true);
  }

  private static List<Part> parse(String text, @Nullable Set<String> parameters, boolean isUri) {
    List<Part> parts = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '{' && !text.startsWith("{{", i)) {
        int end = text.indexOf('}', i);
        if (end < 0)
          throw new ConfigException(
              "\"%s\" has a \"{\" without its \"}\"; write \"{{\" for the character"
                  .formatted(text));
        if (i > 0 && text.charAt(i - 1) == '$') {
          throw new ConfigException(
              "\"%s\": variables are written without \"$\": \"%s\""
                  .formatted(text, text.substring(i, end + 1)));
        }
        if (!literal.isEmpty()) parts.add(new Part.Literal(literal.toString()));
        literal.setLength(0);
        parts.add(variable(text, text.substring(i + 1, end), parameters));
        i = end;
        continue;
      }
      if (c == '{' || text.startsWith("}}", i)) i++;
      boolean isAllowed =
          isUri ? c > 0x20 && c < 0x7f && "\\{}\"<>^`|".indexOf(c) < 0 : Ascii.isFieldValue(c);
      if (!isAllowed) {
        throw new ConfigException(
            "\"%s\" holds the character U+%04X, which may not stand there%s"
                .formatted(
                    text.replaceAll("\\p{Cntrl}", "?"),
                    (int) c,
                    isUri ? "; percent-encode it" : ""));
      }
      literal.append(c);
    }
    if (!literal.isEmpty()) parts.add(new Part.Literal(literal.toString()));
    return parts;
  }

  private static Part variable(String text, String name, @Nullable Set<String> parameters) {
    for (Part.Variable variable : Part.Variable.values()) {
      if (PathPattern.lower(variable).equals(name)) return variable;
    }
    if (name.startsWith("header.") && Ascii.isToken(name.substring(7)))
      return new Part.Header(name.substring(7));
    if (name.startsWith("var.") && name.length() > 4) return new Part.Note(name.substring(4));
    if (name.startsWith("claim.") && name.length() > 6) return new Part.Claim(name.substring(6));
    String parameter = name.startsWith("param.") ? name.substring(6) : name;
    if (parameters == null || parameters.contains(parameter)) return new Part.Parameter(parameter);
    throw new ConfigException(
        "\"%s\" names \"{%s}\"; parameters: %s; variables: %s; write \"{{\" for the character"
            .formatted(
                text,
                name,
                parameters.isEmpty() ? "the route's path has none" : String.join(", ", parameters),
                KNOWN));
  }

  List<Part> parts() {
    return List.of(parts);
  }

  /** The text with the values of one request. Makes no string when there are no variables. */
  String render(Variables variables) {
    if (constant != null) return constant;
    StringBuilder out = new StringBuilder(64);
    for (Part part : parts) {
      switch (part) {
        case Part.Literal literal -> out.append(literal.text());
        case Part.Header header ->
            appendText(out, variables.request().headers().get(header.name()));
        case Part.Note note -> {
          Object value = variables.note(note.name());
          if (value != null) appendText(out, value.toString());
        }
        case Part.Claim claim -> {
          Identity who = variables.identity();
          if (who != null) appendText(out, claimText(who.claim(claim.name())));
        }
        case Part.Parameter parameter ->
            appendText(out, variables.parameter(parameter.name()), false);
        case Part.Variable variable -> append(out, variable, variables);
      }
    }
    return out.toString();
  }

  /** Lists with commas, as groups are; nothing for what has structure. */
  private static @Nullable String claimText(@Nullable Object claim) {
    return switch (claim) {
      case null -> null;
      case Map<?, ?> structure -> null;
      case List<?> list ->
          list.stream()
              .filter(each -> !(each instanceof Map) && !(each instanceof List))
              .map(String::valueOf)
              .collect(Collectors.joining(","));
      default -> claim.toString();
    };
  }

  private void append(StringBuilder out, Part.Variable variable, Variables variables) {
    RequestHead head = variables.request();
    switch (variable) {
      case CLIENT_IP -> out.append(variables.clientAddress().getHostAddress());
      case SCHEME -> out.append(variables.scheme());
      case HOST -> append(out, head.authority(), HostIndex.hostLength(head.authority()));
      case AUTHORITY -> append(out, head.authority(), head.authority().length());
      case METHOD -> out.append(head.method());
      case PATH -> appendPath(out, head);
      case QUERY -> append(out, head.querySlice(), head.querySlice().length());
      case URI -> {
        appendPath(out, head);
        if (head.hasQuery()) {
          out.append('?');
          append(out, head.querySlice(), head.querySlice().length());
        }
      }
      case REQUEST_ID -> appendText(out, variables.requestId());
      case ROUTE -> appendText(out, variables.route());
      case IDENTITY -> {
        Identity who = variables.identity();
        if (who != null) appendText(out, who.subject());
      }
      case GROUPS -> {
        Identity who = variables.identity();
        if (who != null) appendText(out, String.join(",", who.groups()));
      }
    }
  }

  /** Nothing for the asterisk of OPTIONS: behind a host it would become part of the name. */
  private void appendPath(StringBuilder out, RequestHead head) {
    Slice path = head.pathSlice();
    if (!path.isEmpty() && path.at(0) == '/') append(out, path, path.length());
  }

  /**
   * Parts of the target: RFC 3986 characters already, if the decoder is strict; made so if it is
   * not.
   */
  private void append(StringBuilder out, Slice slice, int length) {
    for (int i = 0; i < length; i++) {
      int c = slice.at(i);
      boolean isFine =
          isUri
              ? c > 0x20 && c < 0x7f && c != '\\' && c != '"' && c != '<' && c != '>'
              : Ascii.isFieldValue(c);
      if (isFine) out.append((char) c);
      else if (isUri) appendEscape(out, c);
      else out.append('?');
    }
  }

  private void appendText(StringBuilder out, @Nullable String text) {
    appendText(out, text, isUri);
  }

  private void appendText(StringBuilder out, @Nullable String text, boolean escaped) {
    if (text == null) return;
    if (escaped) {
      for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
        int c = b & 0xff;
        if (Ascii.isDigit(c)
            || (c >= 'a' && c <= 'z')
            || (c >= 'A' && c <= 'Z')
            || "-._~".indexOf(c) >= 0) out.append((char) c);
        else appendEscape(out, c);
      }
      return;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(Ascii.isFieldValue(c) ? c : '?');
    }
  }

  private static void appendEscape(StringBuilder out, int c) {
    out.append('%');
    out.append(Character.toUpperCase(Character.forDigit(c >> 4, 16)));
    out.append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
  }
}
