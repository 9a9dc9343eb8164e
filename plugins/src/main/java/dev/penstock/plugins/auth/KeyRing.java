package dev.penstock.plugins.auth;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.spi.BodySink;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Subrequests;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a server, fetched through the gateway's own client and shared by all workers (A5).
 * Kept as long as the answer says, within 5 minutes and a day; fetched anew, while the old ones
 * serve, when four fifths of that are over; used for a day when the server does not answer. One
 * fetch at a time, by the worker that first needs it. Thread-safe.
 */
final class KeyRing {
  private static final Logger LOG = LogManager.getLogger(KeyRing.class);
  private static final int MAX_BYTES = 256 * 1024;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final long LEAST_LIFE_NS = TimeUnit.MINUTES.toNanos(5);
  private static final long LONGEST_LIFE_NS = TimeUnit.HOURS.toNanos(24);
  private static final long STALE_FOR_NS = TimeUnit.HOURS.toNanos(24);
  private static final long RETRY_AFTER_NS = TimeUnit.SECONDS.toNanos(5);
  private static final long UNKNOWN_KEY_EVERY_NS = TimeUnit.SECONDS.toNanos(60);

  private final @Nullable URI url;
  private final @Nullable String upstream;
  private final String path;
  private volatile Held held = new Held(TokenKeys.NONE, 0, 0);

  // Guarded by this: touched when keys are fetched, not when they are used.
  private final List<Runnable> waiting = new ArrayList<>();
  private boolean isFetching;
  private boolean hasFetched;
  private long lastBegunNs;

  /** Keys, when to fetch the next ones, and until when they may be used. */
  private record Held(TokenKeys keys, long refreshAtNs, long endNs) {}

  private KeyRing(@Nullable URI url, @Nullable String upstream, String path) {
    this.url = url;
    this.upstream = upstream;
    this.path = path;
  }

  static KeyRing of(JwtConfig config) {
    URI url = config.jwksUrl();
    if (url == null) return new KeyRing(null, config.jwksUpstream(), config.jwksPath());
    String raw = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    return new KeyRing(url, null, url.getRawQuery() == null ? raw : raw + '?' + url.getRawQuery());
  }

  /** The keys that count now; none before the first were fetched, or when they are too old. */
  TokenKeys keys(FilterScope scope) {
    Held now = held;
    if (now.keys().areNone()) return now.keys();
    if (scope.nowNs() - now.endNs() >= 0) return TokenKeys.NONE;
    if (scope.nowNs() - now.refreshAtNs() >= 0) fetch(scope, RETRY_AFTER_NS, null);
    return now.keys();
  }

  /**
   * Fetches keys because a token names one that is not there, or because there are none.
   *
   * @param then called on some thread when they have come, or have not
   * @return false when it is too early to ask again; {@code then} is not called
   */
  boolean look(FilterScope scope, Runnable then) {
    long every = held.keys().areNone() ? RETRY_AFTER_NS : UNKNOWN_KEY_EVERY_NS;
    return fetch(scope, every, then);
  }

  private boolean fetch(FilterScope scope, long everyNs, @Nullable Runnable then) {
    synchronized (this) {
      if (!isFetching && hasFetched && scope.nowNs() - lastBegunNs < everyNs) return false;
      if (then != null) waiting.add(then);
      if (isFetching) return true;
      isFetching = true;
      hasFetched = true;
      lastBegunNs = scope.nowNs();
    }
    send(scope);
    return true;
  }

  private void send(FilterScope scope) {
    HeaderMap headers = new HeaderMap();
    headers.add(HeaderName.ACCEPT, "application/jwk-set+json, application/json");
    URI to = url;
    String named = upstream == null ? "" : upstream;
    Subrequests.Spec spec =
        new Subrequests.Spec(
            named,
            "GET",
            path,
            to == null ? null : to.getRawAuthority(),
            headers,
            null,
            0,
            TIMEOUT);
    Answer answer = new Answer(scope);
    try {
      if (to == null) {
        var _ = scope.subrequests().send(spec, answer);
      } else {
        int port = to.getPort() < 0 ? 80 : to.getPort();
        String host = to.getHost().replace("[", "").replace("]", "");
        // The operator named the server: it may well be an internal one.
        var _ = scope.subrequests().sendTo(host, port, true, spec, answer);
      }
    } catch (RuntimeException e) {
      answer.failed(e.toString());
    }
  }

  private void done(@Nullable Held fetched) {
    List<Runnable> told;
    synchronized (this) {
      isFetching = false;
      if (fetched != null) held = fetched;
      told = List.copyOf(waiting);
      waiting.clear();
    }
    told.forEach(Runnable::run);
  }

  /** Takes the answer, up to a length. */
  private final class Answer implements Subrequests.Callback, BodySink {
    private final FilterScope scope;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long lifeNs;
    private @Nullable BodySource body;
    private boolean isOver;

    Answer(FilterScope scope) {
      this.scope = scope;
    }

    @Override
    public void onResponse(ResponseHead head, BodySource source) {
      body = source;
      if (head.status() != 200) {
        failed("status " + head.status());
        source.cancel();
        return;
      }
      lifeNs = life(head.headers().joined("cache-control"));
      source.start(this);
    }

    @Override
    public boolean write(ByteBuffer part) {
      if (isOver) return false;
      if (bytes.size() + part.remaining() > MAX_BYTES) {
        failed("more than " + MAX_BYTES + " bytes");
        BodySource source = body;
        if (source != null) source.cancel();
        return false;
      }
      byte[] copy = new byte[part.remaining()];
      part.get(copy);
      bytes.writeBytes(copy);
      return true;
    }

    @Override
    public void end(@Nullable HeaderMap trailers) {
      if (isOver) return;
      try {
        TokenKeys keys = TokenKeys.parse(bytes.toString(StandardCharsets.UTF_8));
        if (keys.areNone()) {
          failed("there is no key that we could use");
          return;
        }
        isOver = true;
        long now = scope.nowNs();
        done(new Held(keys, now + lifeNs / 5 * 4, now + lifeNs + STALE_FOR_NS));
      } catch (ParseException | RuntimeException e) {
        failed("that is no set of keys");
      }
    }

    @Override
    public void fail(ProxyError error) {
      failed(error.kind() + ": " + error.detail());
    }

    @Override
    public void onFailure(ProxyError error) {
      fail(error);
    }

    void failed(String why) {
      if (isOver) return;
      isOver = true;
      LOG.warn(
          "keys for tokens could not be fetched from {}: {}", url == null ? upstream : url, why);
      done(null);
    }
  }

  /** How long an answer may be used; five minutes when it does not say. */
  private static long life(@Nullable String cacheControl) {
    if (cacheControl == null) return LEAST_LIFE_NS;
    int at = cacheControl.indexOf("max-age=");
    if (at < 0) return LEAST_LIFE_NS;
    long seconds = 0;
    for (int i = at + 8; i < cacheControl.length() && seconds < 1_000_000; i++) {
      int digit = cacheControl.charAt(i) - '0';
      if (digit < 0 || digit > 9) break;
      seconds = seconds * 10 + digit;
    }
    return Math.clamp(TimeUnit.SECONDS.toNanos(seconds), LEAST_LIFE_NS, LONGEST_LIFE_NS);
  }
}
