package dev.penstock.engine.cache;

import dev.penstock.engine.http.HeaderName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A stored response as an operator sees it.
 *
 * @param route whose it is
 * @param ttl seconds for which it is still fresh; negative: since when it is stale
 * @param vary the request fields that it is for, with their values
 */
public record StoredView(
    String route,
    String upstream,
    int status,
    int bytes,
    long age,
    long ttl,
    Map<String, String> vary,
    List<String> tags,
    @Nullable String etag) {

  static StoredView of(StoredResponse stored, long nowMillis) {
    String[] owner = stored.selector().partition().split("\n", -1);
    String[] names = stored.selector().vary().names();
    String[] values = stored.selector().vary().values();
    Map<String, String> vary = new LinkedHashMap<>();
    for (int i = 0; i < names.length; i++) vary.put(names[i], values[i]);
    return new StoredView(
        owner[0],
        owner.length > 1 ? owner[1] : "",
        stored.status(),
        stored.body().length(),
        stored.age(nowMillis),
        stored.ttl(nowMillis),
        vary,
        stored.tags(),
        stored.headers().get(HeaderName.ETAG));
  }
}
