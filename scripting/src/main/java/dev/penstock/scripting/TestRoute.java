package dev.penstock.scripting;

import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.Subrequests;
import dev.penstock.engine.wire.WorkerThread;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * A route with one script on it, for tests; its upstreams are a function of the test. Public for
 * the engine's access checks only.
 */
public final class TestRoute {
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final TestHost host;
  private final Map<String, Object> given;
  private final TestUpstreams upstreams;
  private final FilterTemplate template;
  private final Filter filter;
  private final Set<String> upstreamNames = new TreeSet<>();

  TestRoute(TestHost host, Path script, Map<String, Object> given, Value ask) {
    this.host = host;
    this.given = given;
    this.upstreams = new TestUpstreams(host, ask);
    if (given.get("upstreams") instanceof List<?> names)
      names.forEach(name -> upstreamNames.add(String.valueOf(name)));
    ScriptContext tests = host.context();
    ScriptRuntime runtime = tests.worker().runtime();
    // Unhurried: code that runs once is never compiled.
    ScriptRules plain = ScriptRules.unhurried(script.toString());
    ScriptRules.EnvRules env =
        TestHost.env(given, upstreamNames, "test-" + NUMBERS.incrementAndGet() + "-");
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
        .afterTurn(() ->
            new TestRun(host, this, body, done, failed).start(method, target, authority, fields));
  }

  boolean has(Phase phase) {
    return template.phases().contains(phase);
  }

  Filter filter() {
    return filter;
  }

  TestUpstreams upstreams() {
    return upstreams;
  }

  Set<String> upstreamNames() {
    return upstreamNames;
  }

  /** What the test said of the route by that name. */
  @Nullable Object given(String name) {
    return given.get(name);
  }

  private final class Scope implements FilterScope {
    @Override
    public WorkerThread worker() {
      return host.context().thread();
    }

    @Override
    public Subrequests subrequests() {
      return upstreams;
    }

    @Override
    public String route() {
      return "test";
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
      return upstreamNames;
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
