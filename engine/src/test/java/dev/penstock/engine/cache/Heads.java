package dev.penstock.engine.cache;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.RequestHead;
import java.nio.charset.StandardCharsets;

/** Heads for tests, from text. */
final class Heads {
  /** 2024-01-01T00:00:00Z, when everything happens. */
  static final long NOW = 1_704_067_200_000L;

  private Heads() {}

  /** Fields, one {@code Name: value} each. */
  static HeaderMap fields(String... lines) {
    HeaderMap headers = new HeaderMap();
    for (String line : lines) {
      if (line.isEmpty()) continue;
      int colon = line.indexOf(':');
      headers.add(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    return headers;
  }

  static RequestHead get(String target, String... lines) {
    RequestHead head = new RequestHead();
    head.method("GET");
    int query = target.indexOf('?');
    head.path(query < 0 ? target : target.substring(0, query));
    if (query >= 0) head.query(target.substring(query + 1));
    byte[] host = "a.test".getBytes(StandardCharsets.US_ASCII);
    head.authority().point(host, 0, host.length);
    head.headers().addAll(fields(lines));
    return head;
  }

  static CacheRequest request(RequestHead head, RouteCacheRules rules) {
    return CacheRequest.of(
        head, "http", "r", false, false, new CachePolicy(rules), new CacheWishes());
  }

  static CacheRequest request(String... lines) {
    return request(get("/", lines), RouteCacheRules.DEFAULTS);
  }

  /** A response stored at {@link #NOW} for a request without fields. */
  static StoredResponse stored(int status, String... lines) {
    CacheRequest request = request();
    HeaderMap headers = fields(lines);
    Storability judged = Storability.of(request, status, headers, NOW);
    return new StoredResponse(
        status,
        judged.stored(headers, request.policy()),
        StoredBody.EMPTY,
        null,
        new StoredResponse.Selector("r", VaryFields.NONE),
        judged.times(headers, NOW, NOW, request),
        Storability.tags(headers, request));
  }
}
