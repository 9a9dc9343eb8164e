package dev.penstock.scripting;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.spi.BodyPart;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.spi.Subrequests;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.engine.wire.WorkerThread;
import dev.penstock.scripting.web.Guard;
import dev.penstock.scripting.web.HeaderMapHost;
import dev.penstock.scripting.web.HeadersHost;
import dev.penstock.scripting.web.HostBody;
import dev.penstock.scripting.web.RequestHost;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * A route with one script on it, for tests: the phases in their order, upstreams that are functions
 * of the test.
 */
public final class TestRoute {
  private static final AtomicInteger NUMBERS = new AtomicInteger();
  private static final int MOST_ATTEMPTS = 3;

  private final TestHost host;
  private final Map<String, Object> given;
  private final Value ask;
  private final FilterTemplate template;
  private final Filter filter;
  private final Set<String> upstreams = new TreeSet<>();

  TestRoute(TestHost host, Path script, Map<String, Object> given, Value ask) {
    this.host = host;
    this.given = given;
    this.ask = ask;
    if (given.get("upstreams") instanceof List<?> names)
      names.forEach(name -> upstreams.add(String.valueOf(name)));
    ScriptContext tests = host.context();
    ScriptRuntime runtime = tests.worker().runtime();
    // Unhurried: code that runs once is never compiled.
    ScriptRules plain = ScriptRules.unhurried(script.toString());
    ScriptRules.EnvRules env =
        TestHost.env(given, upstreams, "test-" + NUMBERS.incrementAndGet() + "-");
    ScriptRules rules =
        new ScriptRules(
            plain.file(),
            plain.onError(),
            env,
            plain.limits(),
            plain.body(),
            plain.maxBody(),
            plain.warmUp(),
            null,
            false);
    template = new ScriptFilterFactory(runtime).prepare(rules, new Prepare());
    filter = template.create(new Scope());
  }

  void close() {
    filter.close();
    template.close();
  }

  /** Sends a request through the script; one of the functions is called later. */
  @HostAccess.Export
  public void fetch(
      String method,
      String target,
      String authority,
      String fields,
      Value bytes,
      int length,
      Value done,
      Value failed) {
    byte[] body = new byte[length];
    if (length > 0) bytes.readBuffer(0, body, 0, length);
    // Not within the test's own turn: the script has one of its own.
    host.context()
        .worker()
        .afterTurn(() -> new Run(body, done, failed).start(method, target, authority, fields));
  }

  private void inTest(Runnable code) {
    ScriptContext tests = host.context();
    tests.run(null, ScriptLimits.of(ScriptRules.unhurried("")), code);
  }

  /** One request on its way. */
  private final class Run {
    private final byte[] body;
    private final Value done;
    private final Value failed;
    private String upstreamAsked = "";

    Run(byte[] body, Value done, Value failed) {
      this.body = body;
      this.done = done;
      this.failed = failed;
    }

    void start(String method, String target, String authority, String fields) {
      int mark = target.indexOf('?');
      String path = mark < 0 ? target : target.substring(0, mark);
      SyntheticExchange of =
          new SyntheticExchange(
              "test-" + NUMBERS.incrementAndGet(), "test", method, path, authority);
      if (mark >= 0) of.request().query(target.substring(mark + 1));
      of.upstreams(upstreams);
      for (String line : fields.split("\n", -1)) {
        int colon = line.indexOf(": ");
        if (colon > 0)
          of.request().headers().set(line.substring(0, colon), line.substring(colon + 2));
      }
      if (body.length > 0)
        of.request().headers().set("Content-Length", Integer.toString(body.length));
      of.body(body);
      if (given.get("params") instanceof Map<?, ?> params) {
        params.forEach(
            (name, value) -> of.pathParameters().put(String.valueOf(name), String.valueOf(value)));
      }
      if (given.get("clientIp") instanceof String ip) {
        try {
          of.client(InetAddress.getByName(ip)); // a literal: nothing is looked up
        } catch (UnknownHostException e) {
          inTest(() -> failed.executeVoid("clientIp is no address: " + ip));
          return;
        }
      }
      step(of, Phase.ON_REQUEST, () -> filter.onRequest(of), verdict -> afterRequest(of, verdict));
    }

    private void step(
        SyntheticExchange of,
        Phase phase,
        java.util.function.Supplier<Verdict> call,
        Consumer<Verdict> then) {
      if (!template.phases().contains(phase)) {
        then.accept(Verdict.NEXT);
        return;
      }
      of.onSuspend(verdict -> host.context().thread().execute(() -> then.accept(verdict)));
      Verdict verdict = call.get();
      if (!(verdict instanceof Verdict.Suspend)) then.accept(verdict);
    }

    private void afterRequest(SyntheticExchange of, Verdict verdict) {
      if (ends(of, verdict)) return;
      BodySource source = of.replacedBody();
      if (source == null) afterBody(of, body);
      else collect(source, bytes -> afterBody(of, bytes));
    }

    private void afterBody(SyntheticExchange of, byte[] bytes) {
      Part part = new Part(bytes);
      step(
          of,
          Phase.ON_REQUEST_BODY,
          () -> filter.onRequestBody(of, part),
          verdict -> {
            if (!ends(of, verdict)) attempt(of, part.now());
          });
    }

    private void attempt(SyntheticExchange of, byte[] bytes) {
      of.attempt();
      step(
          of,
          Phase.ON_UPSTREAM_REQUEST,
          () -> filter.onUpstreamRequest(of),
          verdict -> {
            if (ends(of, verdict)) return;
            String name = of.upstream() == null ? "default" : String.valueOf(of.upstream());
            upstreamAsked = name;
            askUpstream(
                name,
                of.upstreamRequest(),
                of.scheme() + "://" + of.request().authority(),
                bytes,
                response -> {
                  if (response == null) {
                    failedAttempt(of, bytes);
                    return;
                  }
                  of.answer(response.head());
                  step(
                      of,
                      Phase.ON_UPSTREAM_RESPONSE,
                      () -> filter.onUpstreamResponse(of),
                      next -> respond(of, next, response));
                });
          });
    }

    private void failedAttempt(SyntheticExchange of, byte[] bytes) {
      ProxyError error =
          ProxyError.of(ProxyError.Kind.UPSTREAM_RESET, "the upstream of the test failed");
      step(
          of,
          Phase.ON_UPSTREAM_ERROR,
          () -> filter.onUpstreamError(of, error),
          verdict -> {
            if (verdict instanceof Verdict.Retry && of.attempts() < MOST_ATTEMPTS)
              attempt(of, bytes);
            else if (!ends(of, verdict)) respond(of, Verdict.NEXT, failure(error));
          });
    }

    private boolean ends(SyntheticExchange of, Verdict verdict) {
      if (verdict instanceof Verdict.Respond answer) {
        respond(of, Verdict.NEXT, answer.response());
        return true;
      }
      if (verdict instanceof Verdict.Reject reject) {
        respond(of, Verdict.NEXT, failure(reject.error()));
        return true;
      }
      return false;
    }

    private void respond(SyntheticExchange of, Verdict verdict, Response response) {
      Response now = replaced(verdict, response);
      of.answer(now.head());
      step(
          of,
          Phase.ON_RESPONSE,
          () -> filter.onResponse(of),
          next -> {
            Response last = replaced(next, now);
            if (last != now) of.answer(last.head());
            BodySource source = last.source();
            if (source == null) bodyOf(of, last.body());
            else collect(source, bytes -> bodyOf(of, bytes));
          });
    }

    private void bodyOf(SyntheticExchange of, byte[] bytes) {
      Part part = new Part(bytes);
      step(
          of,
          Phase.ON_RESPONSE_BODY,
          () -> filter.onResponseBody(of, part),
          verdict -> {
            if (verdict instanceof Verdict.Reject reject) of.answer(reject.error().kind().status());
            finish(of, part.now());
          });
    }

    private void finish(SyntheticExchange of, byte[] bytes) {
      ResponseHead head = new ResponseHead();
      head.status(of.response().status());
      head.headers().addAll(of.response().headers());
      filter.onLog(of);
      int status = head.status();
      boolean hasBody = status != 204 && status != 205 && status != 304;
      inTest(() ->
          done.executeVoid(
              host.context()
                  .guest()
                  .host()
                  .web()
                  .response(
                      status,
                      "",
                      new HeaderMapHost(head.headers()),
                      hasBody
                          ? new HostBody(new BytesSource(bytes), bytes.length, bytes.length)
                          : null,
                      "http://test/",
                      false,
                      Guard.NONE),
              upstreamAsked));
    }

    private Response failure(ProxyError error) {
      return Response.text(
          error.kind().status(), error.kind().name() + ": " + error.detail() + "\n");
    }

    private Response replaced(Verdict verdict, Response response) {
      if (verdict instanceof Verdict.Respond answer) return answer.response();
      if (verdict instanceof Verdict.Reject reject) return failure(reject.error());
      return response;
    }

    private void collect(BodySource source, Consumer<byte[]> then) {
      source.start(
          new CollectingSink(
              64 << 20,
              bytes -> host.context().thread().execute(() -> then.accept(bytes)),
              problem -> inTest(() -> failed.executeVoid(problem))));
    }
  }

  /** Calls the function of the test that stands for an upstream; null when it throws. */
  private void askUpstream(
      String name,
      RequestHead head,
      String origin,
      byte[] body,
      Consumer<@Nullable Response> then) {
    ScriptContext tests = host.context();
    HeaderMap fields = new HeaderMap();
    fields.addAll(head.headers());
    String url = origin + head.path() + (head.hasQuery() ? "?" + head.query() : "");
    String method = head.method();
    inTest(() -> {
      Value request =
          tests.guest().host().web().request(new Given(method, url, fields, body), Guard.NONE);
      Answer answer = new Answer(tests, then);
      ask.executeVoid(name, request, answer);
    });
  }

  /** Takes what the function of a test answers. */
  public static final class Answer {
    private final ScriptContext tests;
    private final Consumer<@Nullable Response> then;

    Answer(ScriptContext tests, Consumer<@Nullable Response> then) {
      this.tests = tests;
      this.then = then;
    }

    @HostAccess.Export
    public void respond(Value response) {
      Response taken = tests.guest().host().web().take(response);
      tests.thread().execute(() -> then.accept(taken));
    }

    @HostAccess.Export
    public void fail() {
      tests.thread().execute(() -> then.accept(null));
    }
  }

  /** The request that an upstream of a test gets. */
  public static final class Given extends RequestHost {
    private final String method;
    private final String url;
    private final HeaderMap fields;
    private final byte[] body;

    Given(String method, String url, HeaderMap fields, byte[] body) {
      this.method = method;
      this.url = url;
      this.fields = fields;
      this.body = body;
    }

    @Override
    @HostAccess.Export
    public String method() {
      return method;
    }

    @Override
    @HostAccess.Export
    public String url() {
      return url;
    }

    @Override
    @HostAccess.Export
    public HeadersHost headers() {
      return new HeaderMapHost(fields);
    }

    @Override
    @HostAccess.Export
    public @Nullable HostBody body() {
      boolean has = body.length > 0 && !method.equals("GET") && !method.equals("HEAD");
      return has ? new HostBody(new BytesSource(body), body.length, body.length) : null;
    }
  }

  /** A whole body as one part. */
  private static final class Part implements BodyPart {
    private final ByteBuffer bytes;
    private @Nullable ByteBuffer replaced;

    Part(byte[] bytes) {
      this.bytes = ByteBuffer.wrap(bytes);
    }

    byte[] now() {
      ByteBuffer now = (replaced == null ? bytes : replaced).duplicate();
      byte[] all = new byte[now.remaining()];
      now.get(all);
      return all;
    }

    @Override
    public ByteBuffer bytes() {
      return bytes;
    }

    @Override
    public boolean isLast() {
      return true;
    }

    @Override
    public void replace(ByteBuffer with) {
      replaced = with;
    }
  }

  private final class Scope implements FilterScope, Subrequests {
    @Override
    public WorkerThread worker() {
      return host.context().thread();
    }

    @Override
    public Subrequests subrequests() {
      return this;
    }

    @Override
    public String route() {
      return "test";
    }

    @Override
    public Runnable send(Spec spec, Callback callback) {
      RequestHead head = new RequestHead();
      head.method(spec.method());
      int mark = spec.path().indexOf('?');
      head.path(mark < 0 ? spec.path() : spec.path().substring(0, mark));
      if (mark >= 0) head.query(spec.path().substring(mark + 1));
      head.headers().addAll(spec.headers());
      boolean[] cancelled = new boolean[1];
      Consumer<byte[]> begin =
          bytes ->
              askUpstream(
                  spec.upstream(),
                  head,
                  "http://" + (spec.authority() == null ? spec.upstream() : spec.authority()),
                  bytes,
                  response -> {
                    if (cancelled[0]) return;
                    if (response == null)
                      callback.onFailure(
                          ProxyError.of(
                              ProxyError.Kind.UPSTREAM_RESET, "the upstream of the test failed"));
                    else
                      callback.onResponse(
                          response.head(),
                          response.source() != null
                              ? response.source()
                              : new BytesSource(response.body()));
                  });
      BodySource source = spec.body();
      if (source == null) host.context().thread().execute(() -> begin.accept(new byte[0]));
      else
        source.start(
            new CollectingSink(
                64 << 20,
                bytes -> host.context().thread().execute(() -> begin.accept(bytes)),
                problem -> {}));
      return () -> cancelled[0] = true;
    }
  }

  private final class Prepare implements PrepareScope {
    @Override
    public Path folder() {
      return host.folder();
    }

    @Override
    public String path() {
      return "test";
    }

    @Override
    public String owner() {
      return "test";
    }

    @Override
    public Set<String> upstreams() {
      return upstreams;
    }

    @Override
    public int workers() {
      return 1;
    }

    @Override
    public Path watch(String file) {
      return host.folder().resolve(file);
    }

    @Override
    public void warn(String message) {}
  }
}
