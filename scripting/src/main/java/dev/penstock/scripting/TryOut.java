package dev.penstock.scripting;

import dev.penstock.engine.control.RecordDecoder;
import dev.penstock.engine.control.Registries;
import dev.penstock.engine.control.ScriptDoor.Forwarded;
import dev.penstock.engine.control.ScriptDoor.Line;
import dev.penstock.engine.control.ScriptDoor.Message;
import dev.penstock.engine.control.ScriptDoor.Sample;
import dev.penstock.engine.control.ScriptDoor.Trial;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.spi.Subrequests;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.engine.wire.WorkerThread;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One made-up request through a script that no configuration uses: phases in their order, on a
 * thread of its own whose time runs as fast as the script waits. Subrequests fail.
 */
final class TryOut implements FilterScope, PrepareScope, Subrequests {
  private static final String ROUTE = "try-out";

  private final TestLoop loop = new TestLoop();
  private final ScriptRuntime runtime;
  private final Registries registries;
  private final Path file;
  private final Sample sample;
  private final List<Line> lines = new ArrayList<>();
  private final SyntheticExchange exchange;
  private final URI url;
  private Filter filter = new Filter() {};
  private Set<Phase> phases = Set.of();
  private @Nullable Forwarded forwarded;
  private boolean isFromScript;
  private @Nullable Message done;

  private TryOut(ScriptRuntime runtime, Registries registries, Path file, Sample sample) {
    this.runtime = runtime;
    this.registries = registries;
    this.file = file;
    this.sample = sample;
    try {
      url = URI.create(sample.url());
    } catch (IllegalArgumentException e) {
      throw new ConfigException("url: " + e.getMessage());
    }
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    String host = url.getRawAuthority() == null ? "localhost" : url.getRawAuthority();
    exchange = new SyntheticExchange("try-out", ROUTE, sample.method(), path, host);
    if (url.getRawQuery() != null) exchange.request().query(url.getRawQuery());
    for (Map.Entry<String, String> each : sample.fields())
      exchange.request().headers().set(each.getKey(), each.getValue());
    exchange.body(sample.body());
  }

  static Trial run(ScriptRuntime runtime, Registries registries, Path file, Sample sample) {
    CompletableFuture<Trial> trial = new CompletableFuture<>();
    // Not a virtual thread: contexts of scripts stay on one thread of the system.
    Thread.ofPlatform()
        .name("script-try-out")
        .daemon()
        .start(() -> {
          try {
            trial.complete(new TryOut(runtime, registries, file, sample).run());
          } catch (RuntimeException | Error e) {
            trial.completeExceptionally(e);
          }
        });
    try {
      return trial.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException thrown) throw thrown;
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConfigException("interrupted");
    }
  }

  private Trial run() {
    Map<String, Object> settings = new LinkedHashMap<>(sample.settings());
    settings.put("file", file.toString());
    ScriptRules rules = RecordDecoder.decode(ScriptRules.class, settings, registries);
    ScriptBundle bundle = ScriptBundle.read(file, TypeScript.REWRITER);
    // One of its own, also where the same content has traffic: nothing here is counted there.
    ScriptVersion version =
        ScriptVersion.checked(runtime, bundle, rules.limits().startup().toNanos());
    ScriptWorker worker = new ScriptWorker(runtime, loop, true, List.of(lines::add));
    Bindings bindings =
        Bindings.of(rules.env(), this, runtime.stores()).withOwnStores(runtime.meter());
    try {
      phases = ScriptFilterFactory.phases(version);
      ScriptContext context = worker.contextOf(version);
      filter = new ScriptFilter(new ScriptUse(context, rules, bindings, this, true), null);
      long cpu = context.stats().runNs();
      long allocated = context.stats().allocatedBytes();
      long began = runtime.meter().nanoTime();
      worker.afterTurn(this::begin);
      boolean isOver = loop.runUntil(() -> done != null, worker);
      Message response = done;
      if (!isOver || response == null)
        response = failed(504, "the script waits for something that does not come");
      long tookNs = runtime.meter().nanoTime() - began;
      filter.onLog(exchange);
      return new Trial(
          response,
          isFromScript,
          forwarded,
          List.copyOf(lines),
          context.stats().runNs() - cpu,
          context.stats().allocatedBytes() - allocated,
          tookNs);
    } finally {
      filter.close();
      worker.close();
      bindings.closeStores();
      bindings.closeObjects();
      version.release();
    }
  }

  // ---- phases

  private void step(Phase phase, Supplier<Verdict> call, Consumer<Verdict> then) {
    if (!phases.contains(phase)) {
      then.accept(Verdict.NEXT);
      return;
    }
    exchange.onSuspend(verdict -> loop.execute(() -> then.accept(verdict)));
    Verdict verdict = call.get();
    if (!(verdict instanceof Verdict.Suspend)) then.accept(verdict);
  }

  private void begin() {
    step(
        Phase.ON_REQUEST,
        () -> filter.onRequest(exchange),
        verdict -> {
          if (!ends(verdict)) forward();
        });
  }

  private void forward() {
    exchange.attempt();
    step(
        Phase.ON_UPSTREAM_REQUEST,
        () -> filter.onUpstreamRequest(exchange),
        verdict -> {
          if (ends(verdict)) return;
          var head = exchange.upstreamRequest();
          String origin =
              (url.getScheme() == null ? "http" : url.getScheme())
                  + "://"
                  + exchange.request().authority();
          forwarded =
              new Forwarded(
                  head.method(),
                  origin + head.path() + (head.hasQuery() ? "?" + head.query() : ""),
                  fields(head.headers()));
          Response answer = new Response(sample.upstream().status());
          for (Map.Entry<String, String> each : sample.upstream().fields())
            answer.header(each.getKey(), each.getValue());
          answer.body(sample.upstream().body());
          exchange.answer(answer.head());
          step(
              Phase.ON_UPSTREAM_RESPONSE,
              () -> filter.onUpstreamResponse(exchange),
              next -> respond(replaced(next, answer)));
        });
  }

  private boolean ends(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Respond answer -> {
        isFromScript = true;
        respond(answer.response());
        yield true;
      }
      case Verdict.Reject reject -> {
        isFromScript = true;
        respond(refusal(reject.error()));
        yield true;
      }
      default -> false;
    };
  }

  private static Response refusal(ProxyError error) {
    return Response.text(error.kind().status(), error.detail() + "\n");
  }

  private Response replaced(Verdict verdict, Response before) {
    if (verdict instanceof Verdict.Respond answer) {
      isFromScript = true;
      return answer.response();
    }
    if (verdict instanceof Verdict.Reject reject) {
      isFromScript = true;
      return refusal(reject.error());
    }
    return before;
  }

  private void respond(Response response) {
    exchange.answer(response.head());
    step(
        Phase.ON_RESPONSE,
        () -> filter.onResponse(exchange),
        verdict -> {
          Response last = replaced(verdict, response);
          if (last != response) exchange.answer(last.head());
          BodySource source = last.source();
          if (source == null) finish(last.body());
          else
            source.start(
                new CollectingSink(
                    16 << 20,
                    bytes -> loop.execute(() -> finish(bytes)),
                    problem -> loop.execute(() -> done = failed(502, problem))));
        });
  }

  private void finish(byte[] body) {
    ResponseHead head = exchange.response();
    done = new Message(head.status(), fields(head.headers()), body);
  }

  private static Message failed(int status, String why) {
    return new Message(
        status,
        List.of(Map.entry("Content-Type", "text/plain")),
        (why + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static List<Map.Entry<String, String>> fields(HeaderMap of) {
    List<Map.Entry<String, String>> all = new ArrayList<>();
    for (int i = 0; i < of.size(); i++) all.add(Map.entry(of.name(i), of.value(i)));
    return all;
  }

  // ---- scopes

  @Override
  public WorkerThread worker() {
    return loop;
  }

  @Override
  public Subrequests subrequests() {
    return this;
  }

  @Override
  public Runnable send(Spec spec, Callback callback) {
    ProxyError none =
        ProxyError.of(ProxyError.Kind.NO_ENDPOINT, "subrequests of a try-out do not leave");
    loop.execute(() -> callback.onFailure(none));
    return () -> {};
  }

  @Override
  public Runnable sendTo(
      String host, int port, boolean mayReachInternal, Spec spec, Callback callback) {
    return send(spec, callback);
  }

  @Override
  public String route() {
    return ROUTE;
  }

  @Override
  public Path folder() {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file : parent;
  }

  @Override
  public String path() {
    return ROUTE;
  }

  @Override
  public String owner() {
    return ROUTE;
  }

  @Override
  public Set<String> upstreams() {
    return Set.of();
  }

  @Override
  public int workers() {
    return 1;
  }

  @Override
  public <T extends AutoCloseable> T offered(Class<T> kind, String key, Object chosen) {
    return registries.offered(kind, chosen, this);
  }

  @Override
  public Path watch(String watched) {
    return Path.of(watched);
  }

  @Override
  public void warn(String message) {
    lines.add(new Line(file, ROUTE, "-", "warn", message, ""));
  }
}
