package dev.penstock.admin;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.cache.CacheCounters.Counts;
import dev.penstock.engine.cache.Purge;
import dev.penstock.engine.cache.ResponseCache;
import dev.penstock.engine.cache.StoredView;
import dev.penstock.engine.control.AdminRole;
import dev.penstock.engine.time.NanoClock;
import java.util.List;

/** {@code /caches}: what is stored, and how to be rid of it. */
final class CacheResource {
  private final Gateway gateway;
  private final NanoClock clock;

  CacheResource(Gateway gateway, NanoClock clock) {
    this.gateway = gateway;
    this.clock = clock;
  }

  List<Operation> operations() {
    return List.of(
        Operation.get(
                "/api/v1/caches",
                AdminRole.VIEWER,
                "Caches, by name, with their counts",
                call -> Page.of(call, gateway.control().caches().all(), CacheResource::shown))
            .paged(),
        Operation.get(
            "/api/v1/caches/{name}",
            AdminRole.VIEWER,
            "One cache",
            call -> Answer.json(shown(find(call)))),
        Operation.get(
                "/api/v1/caches/{name}/responses",
                AdminRole.VIEWER,
                "What is stored for one address",
                this::responses)
            .with("key", "the address: http://host/path?query"),
        Operation.write(
            "POST",
            "/api/v1/caches/{name}/purge",
            AdminRole.DEPLOYER,
            "cache.purge",
            "Takes out what a key, a prefix or a tag names, or all; soft: makes it stale",
            this::purge));
  }

  private ResponseCache find(Call call) {
    ResponseCache found = gateway.control().caches().find(call.path("name"));
    if (found != null) return found;
    throw Problem.notFound("no route uses a cache \"" + call.path("name") + "\"");
  }

  private static Fields shown(ResponseCache cache) {
    Counts counts = cache.counters().counts();
    return Fields.of(
        "name", cache.name(),
        "entries", cache.entries(),
        "bytes", cache.bytes(),
        "heap", cache.rules().heap(),
        "maxObject", cache.rules().maxObject(),
        "hits", counts.hits(),
        "stale", counts.stale(),
        "misses", counts.misses(),
        "bypasses", counts.bypasses(),
        "collapsed", counts.collapsed(),
        "revalidations", counts.revalidations(),
        "stored", counts.stored(),
        "evicted", counts.evicted(),
        "purged", counts.purged());
  }

  private Answer responses(Call call) {
    String key = call.query("key");
    if (key == null) throw Problem.malformed("say which one: ?key=http://host/path");
    List<StoredView> stored = find(call).view(key, clock.wallMillis());
    return Page.of(call, stored, CacheResource::shown);
  }

  private static Fields shown(StoredView stored) {
    return Fields.of(
        "route", stored.route(),
        "upstream", stored.upstream(),
        "status", stored.status(),
        "bytes", stored.bytes(),
        "age", stored.age(),
        "ttl", stored.ttl(),
        "vary", stored.vary(),
        "tags", stored.tags(),
        "etag", stored.etag());
  }

  private Answer purge(Call call) {
    ResponseCache cache = find(call);
    Call.Body body = call.object().only("key", "prefix", "tag", "all", "soft");
    Purge purge = purge(body, body.flag("soft", false));
    return Answer.json(Fields.of("purged", cache.purge(purge, clock.wallMillis())));
  }

  private static Purge purge(Call.Body body, boolean isSoft) {
    String key = body.text("key");
    String prefix = body.text("prefix");
    String tag = body.text("tag");
    boolean all = body.flag("all", false);
    int named = (key == null ? 0 : 1) + (prefix == null ? 0 : 1) + (tag == null ? 0 : 1);
    if (named + (all ? 1 : 0) != 1)
      throw Problem.malformed("name one of key, prefix, tag, or all: true");
    if (key != null) return new Purge(Purge.Kind.KEY, key, isSoft);
    if (prefix != null) return new Purge(Purge.Kind.PREFIX, prefix, isSoft);
    if (tag != null) return new Purge(Purge.Kind.TAG, tag, isSoft);
    return new Purge(Purge.Kind.ALL, "", isSoft);
  }
}
