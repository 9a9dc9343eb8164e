package dev.penstock.engine.proxy;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.HopByHop;
import dev.penstock.engine.http.Methods;
import dev.penstock.engine.plan.Route;
import dev.penstock.engine.plan.WorkerPlan;
import dev.penstock.engine.spi.BodySink;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.ProxyError.Kind;
import dev.penstock.engine.spi.Subrequests;
import dev.penstock.engine.upstream.Destinations;
import dev.penstock.engine.upstream.Upstream;
import dev.penstock.engine.upstream.UpstreamWorker;
import dev.penstock.engine.wire.WorkerThread;
import java.nio.ByteBuffer;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Requests of our own through the same driver, pools and rules as those of clients.
 * Worker-confined.
 */
final class Subrequesting implements Subrequests {
  private static final int MOST_DYNAMIC = 1024;

  private final ExchangeDriver driver;
  private final Map<Upstream, UpstreamWorker> dynamic = new IdentityHashMap<>();
  private @Nullable Destinations destinations;

  Subrequesting(ExchangeDriver driver) {
    this.driver = driver;
  }

  @Override
  public Runnable send(Spec spec, Callback callback) {
    WorkerPlan plan = driver.plan();
    UpstreamWorker upstream = plan.upstream(spec.upstream());
    SubrequestClient client = new SubrequestClient(driver, callback);
    if (upstream == null) {
      driver
          .worker()
          .execute(() ->
              client.failed(
                  ProxyError.of(
                      Kind.NO_ENDPOINT, "there is no upstream \"" + spec.upstream() + "\"")));
      return client::cancel;
    }
    LiveExchange exchange = driver.take();
    describe(exchange, spec);
    exchange.deadlineNs = driver.nowNs() + spec.timeout().toNanos();
    exchange.wakeAt(exchange.deadlineNs);
    client.exchange(exchange);
    // Never answered during this call: the caller has not got its handle yet.
    driver.worker().execute(() -> client.begin(upstream));
    return client::cancel;
  }

  @Override
  public Runnable sendTo(
      String host, int port, boolean mayReachInternal, Spec spec, Callback callback) {
    Destinations known = destinations;
    if (known == null) throw new UnsupportedOperationException("there is no way out here");
    SubrequestClient client = new SubrequestClient(driver, callback);
    CompletableFuture<Upstream> found = known.find(host, port);
    LiveExchange exchange = driver.take();
    describe(exchange, spec);
    exchange.isGuarded = !mayReachInternal;
    exchange.deadlineNs = driver.nowNs() + spec.timeout().toNanos();
    exchange.wakeAt(exchange.deadlineNs);
    client.exchange(exchange);
    var _ =
        found.whenComplete((upstream, failure) ->
            driver
                .worker()
                .execute(() -> {
                  if (failure == null) client.begin(workerOf(upstream));
                  else
                    client.failed(
                        ProxyError.of(Kind.DNS_FAILED, String.valueOf(failure.getMessage())));
                }));
    return client::cancel;
  }

  private UpstreamWorker workerOf(Upstream upstream) {
    UpstreamWorker mine = dynamic.get(upstream);
    if (mine == null) {
      if (dynamic.size() >= MOST_DYNAMIC) dynamic.clear();
      mine =
          new UpstreamWorker(upstream, new Scope(driver.worker(), this, "egress"), driver.random());
      dynamic.put(upstream, mine);
    }
    return mine;
  }

  private record Scope(WorkerThread worker, Subrequests subrequests, String route)
      implements FilterScope {}

  /** Lets user code ask servers that no configuration lists. */
  void destinations(Destinations all) {
    destinations = all;
  }

  private static void describe(LiveExchange exchange, Spec spec) {
    exchange.request.method(spec.method());
    int query = spec.path().indexOf('?');
    exchange.request.path(query < 0 ? spec.path() : spec.path().substring(0, query));
    exchange.request.query(query < 0 ? null : spec.path().substring(query + 1));
    HeaderMap headers = exchange.request.headers();
    headers.addAll(spec.headers());
    HopByHop.strip(headers);
    headers.remove(HeaderName.CONTENT_LENGTH);
    headers.remove(HeaderName.EXPECT);
    if (spec.authority() != null) headers.set(HeaderName.HOST, spec.authority());
    exchange.subrequestHost = !headers.contains(HeaderName.HOST);
    BodySource body = spec.body();
    if (body == null) {
      boolean expectsBody = spec.method().equals(Methods.POST) || spec.method().equals(Methods.PUT);
      exchange.requestFraming = expectsBody ? BodyFraming.LENGTH : BodyFraming.NONE;
      exchange.requestLength = expectsBody ? 0 : -1;
      exchange.requestRelay.onNoBody();
    } else {
      exchange.step = LiveExchange.Step.REQUEST;
      exchange.requestRelay.replace(body);
      if (spec.bodyLength() >= 0) {
        exchange.requestFraming = BodyFraming.LENGTH;
        exchange.requestLength = spec.bodyLength();
      }
    }
  }

  /** Sends a copy of {@code exchange}'s request whose answer is thrown away. */
  void mirror(LiveExchange exchange, Route.Mirror mirror, ByteBuffer body) {
    HeaderMap headers = new HeaderMap();
    headers.addAll(exchange.request.headers());
    String query = exchange.request.query();
    String path = exchange.request.path() + (query == null ? "" : "?" + query);
    byte[] copy = new byte[body.remaining()];
    body.get(copy);
    Spec spec =
        new Spec(
            mirror.upstream(),
            exchange.request.method(),
            path,
            null,
            headers,
            copy.length == 0 ? null : new BytesSource(copy),
            copy.length,
            MIRROR_TIMEOUT);
    send(spec, Unheard.INSTANCE);
  }

  private static final java.time.Duration MIRROR_TIMEOUT = java.time.Duration.ofSeconds(30);

  /** Takes the answers to mirrored requests. */
  private enum Unheard implements Callback {
    INSTANCE;

    @Override
    public void onResponse(dev.penstock.engine.http.ResponseHead head, BodySource body) {
      body.cancel();
    }

    @Override
    public void onFailure(ProxyError error) {}
  }

  /** A body that is there already. */
  private record BytesSource(byte[] bytes) implements BodySource {
    @Override
    public void start(BodySink sink) {
      sink.write(ByteBuffer.wrap(bytes));
      sink.end(null);
    }

    @Override
    public void demand() {}

    @Override
    public void cancel() {}

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }
}
