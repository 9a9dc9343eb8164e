package dev.penstock.plugins.access;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.Methods;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.plugins.rules.Fields;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of CORS (Fetch standard, "HTTP CORS protocol"). Immutable: all workers share
 * it.
 */
final class CorsFilter implements Filter {
  /** More fields than any script sends: a longer list is an attack on whoever repeats it. */
  private static final int MOST_FIELDS = 64;

  private static final int LONGEST_LIST = 4096;
  private static final String REQUEST_METHOD = "access-control-request-method";
  private static final String REQUEST_HEADERS = "access-control-request-headers";
  private static final String REQUEST_PRIVATE = "access-control-request-private-network";
  private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
  private static final String ALLOW_CREDENTIALS = "Access-Control-Allow-Credentials";
  private static final String EXPOSE = "Access-Control-Expose-Headers";
  private static final String PREFIX = "access-control-";

  private final OriginSet origins;
  private final Set<String> methods = new HashSet<>(List.of("GET", "HEAD", "POST"));
  private final Set<String> headers = new HashSet<>();
  private final boolean anyMethod;
  private final boolean anyHeader;
  private final boolean isPublic;
  private final boolean credentials;
  private final boolean privateNetwork;
  private final boolean refuseOthers;
  private final String methodList;
  private final String headerList;
  private final String exposeList;
  private final String maxAge;

  CorsFilter(CorsConfig config) {
    origins = OriginSet.of(config.origins());
    methods.addAll(config.methods());
    for (String name : config.headers()) headers.add(name.toLowerCase(Locale.ROOT));
    anyMethod = config.methods().contains("*");
    anyHeader = config.headers().contains("*");
    credentials = config.credentials();
    isPublic = origins.isAny();
    privateNetwork = config.privateNetwork();
    refuseOthers = config.refuseOthers();
    List<String> named = new ArrayList<>(List.of("GET", "HEAD", "POST"));
    for (String method : config.methods()) if (!named.contains(method)) named.add(method);
    methodList = String.join(", ", named);
    headerList = String.join(", ", config.headers());
    exposeList = String.join(", ", config.expose());
    maxAge = Long.toString(config.maxAge().toSeconds());
  }

  @Override
  public Verdict onRequest(Exchange exchange) {
    RequestHead request = exchange.request();
    HeaderMap fields = request.headers();
    int at = fields.find(HeaderName.ORIGIN);
    if (at < 0) return Verdict.NEXT;
    String origin = fields.value(at);
    boolean isOne = fields.find(HeaderName.ORIGIN, at + 1) < 0;
    boolean isAllowed = isOne && origins.contains(origin);
    if (request.isMethod(Methods.OPTIONS)) {
      String method = fields.get(REQUEST_METHOD);
      if (method != null) return Verdict.respond(preflight(fields, origin, method, isAllowed));
    }
    if (!isAllowed && refuseOthers && !isOwn(exchange, origin)) {
      return Verdict.respond(refusal("this site may not use it"));
    }
    return Verdict.NEXT;
  }

  private static boolean isOwn(Exchange exchange, String origin) {
    return origin.equals(OwnOrigin.of(exchange));
  }

  private Response preflight(HeaderMap asked, String origin, String method, boolean isAllowed) {
    if (!isAllowed) return refusal("this site may not use it");
    if (!anyMethod && !methods.contains(method)) return refusal("the method is not allowed");
    String names = asked.joined(REQUEST_HEADERS);
    String refused = names == null ? null : refusedField(names);
    if (refused != null) return refusal(refused);
    boolean isPrivate = "true".equals(asked.get(REQUEST_PRIVATE));
    if (isPrivate && !privateNetwork) return refusal("private networks are not open to it");
    Response response = new Response(204);
    HeaderMap answer = response.head().headers();
    varies(answer);
    allowOrigin(answer, origin);
    answer.add(
        "Access-Control-Allow-Methods", anyMethod && Ascii.isToken(method) ? method : methodList);
    // Repeated rather than answered with an asterisk: that would not cover Authorization, and is a
    // name like any other where credentials come along.
    if (names != null && anyHeader) answer.add("Access-Control-Allow-Headers", names);
    else if (!headerList.isEmpty()) answer.add("Access-Control-Allow-Headers", headerList);
    answer.add("Access-Control-Max-Age", maxAge);
    if (isPrivate) answer.add("Access-Control-Allow-Private-Network", "true");
    return response;
  }

  /** Why the list of fields is refused, or null. */
  private @Nullable String refusedField(String names) {
    if (names.length() > LONGEST_LIST) return "the list of fields is too long";
    int count = 0;
    for (int from = 0; from <= names.length(); ) {
      int comma = names.indexOf(',', from);
      int end = comma < 0 ? names.length() : comma;
      String name = names.substring(from, end).strip();
      from = end + 1;
      if (name.isEmpty()) continue;
      if (++count > MOST_FIELDS) return "the list of fields is too long";
      if (!Ascii.isToken(name)) return "the list of fields is malformed";
      if (!anyHeader && !headers.contains(name.toLowerCase(Locale.ROOT)))
        return "a field is not allowed: " + name;
    }
    return null;
  }

  private Response refusal(String reason) {
    Response response = Response.text(403, "CORS: " + reason + "\n");
    varies(response.head().headers());
    return response;
  }

  @Override
  public Verdict onResponse(Exchange exchange) {
    HeaderMap fields = exchange.request().headers();
    HeaderMap answer = exchange.response().headers();
    if (exchange.request().isMethod(Methods.OPTIONS)
        && fields.contains(HeaderName.ORIGIN)
        && fields.contains(REQUEST_METHOD)) {
      return Verdict.NEXT; // it is ours
    }
    removeForeign(answer);
    if (!isPublic) Fields.vary(answer, "Origin");
    int at = fields.find(HeaderName.ORIGIN);
    if (at < 0 && !isPublic) return Verdict.NEXT;
    String origin = at < 0 ? "*" : fields.value(at);
    if (at >= 0 && (!origins.contains(origin) || fields.find(HeaderName.ORIGIN, at + 1) >= 0))
      return Verdict.NEXT;
    allowOrigin(answer, origin);
    if (!exposeList.isEmpty()) answer.set(EXPOSE, exposeList);
    return Verdict.NEXT;
  }

  private void allowOrigin(HeaderMap answer, String origin) {
    answer.set(ALLOW_ORIGIN, isPublic ? "*" : origin);
    if (credentials) answer.set(ALLOW_CREDENTIALS, "true");
  }

  private void varies(HeaderMap answer) {
    answer.set(
        HeaderName.VARY,
        "Origin, Access-Control-Request-Method, Access-Control-Request-Headers,"
            + " Access-Control-Request-Private-Network");
  }

  private static void removeForeign(HeaderMap answer) {
    for (int i = answer.size() - 1; i >= 0; i--) {
      if (answer.known(i) != null) continue;
      if (answer.name(i).regionMatches(true, 0, PREFIX, 0, PREFIX.length())) answer.removeAt(i);
    }
  }
}
