package dev.penstock.scripting;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.spi.BodySink;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Subrequests;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.engine.wire.WorkerThread;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A script in the real runtime, on a fake worker, as the gateway would use it. */
final class Rig implements AutoCloseable {
  /** One engine for all tests: what it has compiled stays. */
  static final ScriptRuntime RUNTIME = new ScriptRuntime();

  static {
    RUNTIME.warmLibrary();
  }

  final FakeWorker worker = new FakeWorker();
  final FakeSubrequests subrequests = new FakeSubrequests();
  final Path folder;
  final List<String> warnings = new ArrayList<>();
  final List<Path> watched = new ArrayList<>();
  private @Nullable FilterTemplate template;
  private @Nullable Filter filter;

  Rig(Path folder) {
    this.folder = folder;
  }

  /** A rig with {@code script} as {@code main.js}. */
  static Rig of(Path folder, String script) {
    return of(folder, script, rules -> rules);
  }

  /** With CPU budgets that no busy machine uses up, unless {@code with} sets others. */
  static Rig of(Path folder, String script, UnaryOperator<ScriptRules> with) {
    Rig rig = new Rig(folder);
    rig.file("main.js", script);
    rig.use(with.apply(ScriptRules.unhurried("main.js")));
    return rig;
  }

  Rig file(String name, String text) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Filter use(ScriptRules rules) {
    template = new ScriptFilterFactory(RUNTIME).prepare(rules, prepareScope());
    return filter = template.create(filterScope());
  }

  Filter filter() {
    if (filter == null) throw new IllegalStateException("no script yet");
    return filter;
  }

  FilterTemplate template() {
    if (template == null) throw new IllegalStateException("no script yet");
    return template;
  }

  ScriptStats stats() {
    return RUNTIME.versions().iterator().next().stats();
  }

  /** Calls onRequest; a suspended exchange is waited for. */
  Verdict request(FakeExchange exchange) {
    return settled(exchange, filter().onRequest(exchange));
  }

  Verdict response(FakeExchange exchange) {
    return settled(exchange, filter().onResponse(exchange));
  }

  Verdict settled(FakeExchange exchange, Verdict verdict) {
    if (verdict != Verdict.SUSPEND) return verdict;
    worker.until("the exchange goes on", () -> exchange.resumed != null);
    return exchange.resumed;
  }

  void end(FakeExchange exchange) {
    filter().onLog(exchange);
  }

  /** Text of the answer that {@code verdict} carries. */
  String answer(Verdict verdict) {
    if (!(verdict instanceof Verdict.Respond respond))
      throw new AssertionError("no answer but " + verdict);
    BodySource source = respond.response().source();
    if (source == null) return new String(respond.response().body(), StandardCharsets.UTF_8);
    return read(source);
  }

  static int status(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Respond respond -> respond.response().head().status();
      case Verdict.Reject reject -> reject.error().kind().status();
      default -> throw new AssertionError("no answer but " + verdict);
    };
  }

  String read(BodySource source) {
    Collected collected = new Collected();
    source.start(collected);
    worker.until("the body ends", () -> collected.ended || collected.error != null);
    if (collected.error != null) return "FAILED " + collected.error.detail();
    return collected.text();
  }

  PrepareScope prepareScope() {
    return new PrepareScope() {
      @Override
      public Path folder() {
        return folder;
      }

      @Override
      public String path() {
        return "routes.users.filters[0]";
      }

      @Override
      public String owner() {
        return "users-route";
      }

      @Override
      public Set<String> upstreams() {
        return Set.of("users", "pool-acme", "other");
      }

      @Override
      public int workers() {
        return 1;
      }

      @Override
      public Path watch(String file) {
        Path path = folder.resolve(file).normalize();
        watched.add(path);
        return path;
      }

      @Override
      public void warn(String message) {
        warnings.add(message);
      }
    };
  }

  FilterScope filterScope() {
    return new FilterScope() {
      @Override
      public WorkerThread worker() {
        return worker;
      }

      @Override
      public Subrequests subrequests() {
        return subrequests;
      }

      @Override
      public String route() {
        return "users-route";
      }
    };
  }

  static ScriptRules.LimitRules limits(Duration perTurn, Duration whileCold) {
    ScriptRules.LimitRules d = ScriptRules.LimitRules.defaults();
    return new ScriptRules.LimitRules(
        perTurn,
        d.cpuPerRequest(),
        whileCold,
        d.wall(),
        d.allocation(),
        d.subrequests(),
        d.response(),
        d.timers(),
        d.log(),
        d.waitUntil(),
        d.startup());
  }

  static UnaryOperator<ScriptRules> env(ScriptRules.EnvRules env) {
    return r ->
        new ScriptRules(
            r.file(),
            r.onError(),
            env,
            r.limits(),
            r.body(),
            r.maxBody(),
            r.warmUp(),
            r.every(),
            r.development());
  }

  static UnaryOperator<ScriptRules> limits(ScriptRules.LimitRules limits) {
    return r ->
        new ScriptRules(
            r.file(),
            r.onError(),
            r.env(),
            limits,
            r.body(),
            r.maxBody(),
            r.warmUp(),
            r.every(),
            r.development());
  }

  static UnaryOperator<ScriptRules> open() {
    return r ->
        new ScriptRules(
            r.file(),
            ScriptRules.OnError.OPEN,
            r.env(),
            r.limits(),
            r.body(),
            r.maxBody(),
            r.warmUp(),
            r.every(),
            r.development());
  }

  static UnaryOperator<ScriptRules> development() {
    return r ->
        new ScriptRules(
            r.file(),
            r.onError(),
            r.env(),
            r.limits(),
            r.body(),
            r.maxBody(),
            r.warmUp(),
            r.every(),
            true);
  }

  static ScriptRules.EnvRules vars(Map<String, Object> vars) {
    return new ScriptRules.EnvRules(vars, Map.of(), List.of("users"), Map.of(), Map.of(), Map.of());
  }

  @Override
  public void close() {
    if (filter != null) filter.close();
    if (template != null) template.close();
    worker.drain();
  }

  /** Takes a body to its end. */
  static final class Collected implements BodySink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean ended;
    @Nullable ProxyError error;

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public boolean write(ByteBuffer part) {
      while (part.hasRemaining()) bytes.write(part.get());
      return true;
    }

    @Override
    public void end(@Nullable HeaderMap trailers) {
      ended = true;
    }

    @Override
    public void fail(ProxyError failure) {
      error = failure;
    }
  }
}
