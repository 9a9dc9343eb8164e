package dev.penstock.admin;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.boot.Version;
import dev.penstock.engine.control.AdminRole;
import dev.penstock.engine.control.ControlPlane;
import dev.penstock.engine.control.Ledger;
import dev.penstock.engine.observe.ExchangeView;
import dev.penstock.engine.observe.GatewayLogging;
import dev.penstock.engine.observe.LogRules;
import dev.penstock.engine.observe.Readiness;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.time.NanoClock;
import dev.penstock.engine.time.SystemClock;
import dev.penstock.engine.upstream.HealthView;
import dev.penstock.engine.upstream.Upstream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** {@code /status}, {@code /runtime} and what else can be seen of a gateway while it runs. */
final class RuntimeResource {
  private final Gateway gateway;
  private final Series series;
  private final Events events;
  private final NanoClock clock = SystemClock.INSTANCE;
  private final long startedMillis = ManagementFactory.getRuntimeMXBean().getStartTime();

  RuntimeResource(Gateway gateway, Series series, Events events) {
    this.gateway = gateway;
    this.series = series;
    this.events = events;
  }

  List<Operation> operations() {
    return List.of(
        Operation.get("/api/v1/status", AdminRole.VIEWER, "What a start page shows", this::status),
        Operation.get(
            "/api/v1/runtime",
            AdminRole.VIEWER,
            "Build, JVM, memory, threads, scripts",
            this::runtime),
        Operation.get(
                "/api/v1/exchanges",
                AdminRole.VIEWER,
                "Under way now, oldest first",
                this::exchanges)
            .paged(),
        Operation.get(
            "/api/v1/connections",
            AdminRole.VIEWER,
            "Open connections, by listener",
            this::connections),
        Operation.get("/api/v1/series", AdminRole.VIEWER, "Numbers of the last hour", this::series)
            .with("seconds", "how far back, up to 3600"),
        Operation.get("/api/v1/loggers", AdminRole.VIEWER, "Levels that were set", this::loggers),
        Operation.write(
            "PUT",
            "/api/v1/loggers/{name}",
            AdminRole.ADMIN,
            "logger.level",
            "Sets a level",
            this::setLevel),
        Operation.get(
                "/api/v1/events",
                AdminRole.VIEWER,
                "Stream: what happens to the gateway",
                this::events)
            .with("types", "only these, separated by commas"),
        Operation.get(
                "/api/v1/exchanges/tail",
                AdminRole.VIEWER,
                "Stream: exchanges as they end",
                call -> Answer.stream(Tail.open(gateway.metrics().tap(), call)))
            .with("route", "a prefix where it ends in *")
            .with("status", "404, or 5xx")
            .with("method", "GET")
            .with("host", "a prefix where it ends in *")
            .with("path", "a prefix where it ends in *")
            .with("minMillis", "only those that took so long")
            .with("sample", "a share, 1 for all"),
        Operation.get(
            "/api/v1/series/live",
            AdminRole.VIEWER,
            "Stream: a point every 2 s",
            call -> Answer.stream(series.open())));
  }

  private Answer status(Call call) {
    Readiness ready = gateway.readiness();
    Ledger.State state = gateway.ledger().state();
    ControlPlane.Active active = gateway.control().active();
    int endpoints = 0;
    int down = 0;
    if (active != null) {
      for (Upstream each : active.snapshot().upstreams().values()) {
        for (HealthView.EndpointHealth endpoint : each.health().endpoints()) {
          endpoints++;
          if (!endpoint.healthy() || endpoint.ejected()) down++;
        }
      }
    }
    long inFlight = 0;
    for (int i = 0; i < gateway.metrics().workerCount(); i++)
      inFlight += gateway.metrics().worker(i).live();
    List<Fields> listeners = new ArrayList<>();
    gateway
        .control()
        .addresses()
        .forEach(
            (name, address) -> listeners.add(Fields.of("name", name, "address", text(address))));
    return Answer.json(
        Fields.of(
            "version", Version.text(),
            "startedAt", Fields.time(startedMillis),
            "uptimeMillis", clock.wallMillis() - startedMillis,
            "revision", state.revision().number(),
            "live", ready.isLive(),
            "ready", ready.isReady(),
            "draining", gateway.isDraining(),
            "notice", state.notice(),
            "listeners", listeners,
            "routes", active == null ? 0 : active.snapshot().routes().size(),
            "upstreams", active == null ? 0 : active.snapshot().upstreams().size(),
            "endpoints", endpoints,
            "endpointsDown", down,
            "workers", gateway.metrics().workerCount(),
            "inFlight", inFlight,
            "details", ready.details()));
  }

  private static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  private Answer runtime(Call call) {
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    long direct = 0;
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class))
      direct += Math.max(0, pool.getMemoryUsed());
    List<Fields> collectors = new ArrayList<>();
    for (GarbageCollectorMXBean each : ManagementFactory.getGarbageCollectorMXBeans())
      collectors.add(
          Fields.of(
              "name", each.getName(),
              "collections", each.getCollectionCount(),
              "millis", each.getCollectionTime()));
    List<Fields> workers = new ArrayList<>();
    for (int i = 0; i < gateway.metrics().workerCount(); i++) {
      var worker = gateway.metrics().worker(i);
      workers.add(
          Fields.of(
              "index", i,
              "exchanges", worker.live(),
              "turnMillis", Fields.millis(gateway.watchdog().turnNs(i, clock.nanoTime())),
              "timers", worker.timers(),
              "bufferedBytes", worker.bufferedBytes()));
    }
    Map<String, String> details = new LinkedHashMap<>();
    for (Extension each : gateway.extensions()) details.putAll(each.details());
    return Answer.json(
        Fields.of(
            "version",
            Version.text(),
            "java",
            Runtime.version().toString(),
            "vm",
            System.getProperty("java.vm.name") + ", " + System.getProperty("java.vm.vendor"),
            "os",
            System.getProperty("os.name")
                + " "
                + System.getProperty("os.version")
                + ", "
                + System.getProperty("os.arch"),
            "processors",
            Runtime.getRuntime().availableProcessors(),
            "pid",
            ProcessHandle.current().pid(),
            "heap",
            Fields.of(
                "usedBytes", heap.getUsed(),
                "committedBytes", heap.getCommitted(),
                "maxBytes", heap.getMax() < 0 ? null : heap.getMax()),
            "directBytes",
            direct,
            "threads",
            ManagementFactory.getThreadMXBean().getThreadCount(),
            "gc",
            collectors,
            "openFiles",
            ManagementFactory.getOperatingSystemMXBean()
                    instanceof com.sun.management.UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : null,
            "flags",
            ManagementFactory.getRuntimeMXBean().getInputArguments(),
            "details",
            details,
            "workers",
            workers));
  }

  private Answer exchanges(Call call) {
    List<ExchangeView> all;
    try {
      all = new ArrayList<>(gateway.exchanges().get(2, TimeUnit.SECONDS));
    } catch (TimeoutException e) {
      throw new Problem(
          Problem.Kind.TIMEOUT, "a worker does not answer; see lagMillis of the series");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Problem(Problem.Kind.UNAVAILABLE, "the gateway stops");
    }
    all.sort(Comparator.comparingLong(ExchangeView::ageNs).reversed());
    return Page.of(call, all, RuntimeResource::shown);
  }

  private static Fields shown(ExchangeView of) {
    return Fields.of(
        "id", of.id(),
        "worker", of.worker(),
        "startedAt", Fields.time(of.startMillis()),
        "ageMillis", Fields.millis(of.ageNs()),
        "phase", of.phase(),
        "method", of.method(),
        "host", of.host(),
        "path", of.path(),
        "client", of.client(),
        "listener", of.listener(),
        "route", of.route(),
        "upstream", of.upstream(),
        "endpoint", of.endpoint(),
        "attempts", of.attempts(),
        "requestBytes", of.requestBytes(),
        "responseBytes", of.responseBytes(),
        "timeline",
            of.timeline().stream()
                .map(each -> Fields.of("step", each.step(), "atMillis", Fields.millis(each.atNs())))
                .toList());
  }

  private Answer connections(Call call) {
    List<Fields> all = new ArrayList<>();
    Map<String, InetSocketAddress> addresses = gateway.control().addresses();
    gateway
        .metrics()
        .openConnections(clock.nanoTime())
        .forEach((name, open) -> {
          InetSocketAddress address = addresses.get(name);
          if (address != null)
            all.add(Fields.of("listener", name, "address", text(address), "open", open));
        });
    return Page.of(call, all, each -> each);
  }

  private Answer series(Call call) {
    int seconds = (int) call.number("seconds", 3600, 1, 3600);
    List<Fields> points = series.last(seconds * 1000 / Series.STEP_MILLIS);
    return Answer.json(Fields.of("stepMillis", Series.STEP_MILLIS, "points", points));
  }

  private Answer loggers(Call call) {
    List<Fields> all = new ArrayList<>();
    GatewayLogging.levels()
        .forEach((name, level) ->
            all.add(
                Fields.of(
                    "name",
                    name.isEmpty() ? "root" : name,
                    "level",
                    level.toLowerCase(Locale.ROOT))));
    return Page.of(call, all, each -> each);
  }

  private Answer setLevel(Call call) {
    Call.Body body = call.object().only("level");
    String name = call.path("name").equals("root") ? "" : call.path("name");
    String text = body.text("level");
    if (!body.has("level") || (text == null && name.isEmpty()))
      throw Problem.malformed("level is missing");
    LogRules.Level level = null;
    if (text != null) {
      try {
        level = LogRules.Level.valueOf(text.toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        throw Problem.malformed("level is trace, debug, info, warn, error or off");
      }
    }
    GatewayLogging.level(name, level);
    return Answer.json(Fields.of("name", call.path("name"), "level", text));
  }

  private Answer events(Call call) {
    String types = call.query("types");
    String last = call.header("Last-Event-ID");
    if (last != null && !last.matches("[0-9]{1,15}"))
      throw Problem.malformed("Last-Event-ID is the id of an event");
    return Answer.stream(
        events.open(
            types == null || types.isEmpty() ? Set.of() : Set.of(types.split(",", -1)),
            last == null ? null : Long.valueOf(last)));
  }
}
