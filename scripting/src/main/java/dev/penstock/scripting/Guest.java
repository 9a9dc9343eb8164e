package dev.penstock.scripting;

import dev.penstock.engine.spi.ConfigException;
import dev.penstock.scripting.web.WebApi;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.PolyglotAccess;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.IOAccess;

/**
 * One JavaScript realm with one version of a script evaluated in it. Built on any thread, then used
 * by one worker.
 *
 * <p>What it may reach is decided here: exported host methods, the files of its bundle, nothing
 * else.
 */
final class Guest {
  /** In this order: each may use what those before it put into the library. */
  private static final List<Source> DOOR =
      Stream.of("base", "messages", "exchange", "rare", "parts", "env", "balance", "phases")
          .map(name -> source("door/" + name + ".js"))
          .toList();

  private static final long STARTUP_BYTES = 1L << 30;

  /** Most that {@code text()} and the like read of an answer to {@code fetch()}. */
  private static final long MAX_FETCHED_BYTES = 16L << 20;

  /** The same for all contexts of an engine: other options would mean other compiled code. */
  private static final Map<String, String> OPTIONS = options();

  private final ScriptVersion version;
  private final Context context;
  private final GuestHost host;
  private Value runtime;
  private Value module;
  private volatile boolean dead;
  private int[] freeSlots = new int[16];
  private int freeCount;
  private int slotCount;

  @SuppressWarnings("NullAway.Init") // install() and load() follow at once
  private Guest(ScriptVersion version, Engine engine) {
    this.version = version;
    this.host = new GuestHost(version);
    this.context =
        Context.newBuilder("js")
            .engine(engine)
            .allowExperimentalOptions(true)
            .allowHostAccess(WebApi.HOST_ACCESS)
            .allowPolyglotAccess(PolyglotAccess.NONE)
            .allowIO(
                IOAccess.newBuilder().fileSystem(new BundleFileSystem(version.bundle())).build())
            .options(OPTIONS)
            .in(InputStream.nullInputStream())
            .out(OutputStream.nullOutputStream())
            .err(OutputStream.nullOutputStream())
            .build();
  }

  /**
   * Makes a realm and evaluates the module, within the start-up budget.
   *
   * @param turn the slot of the calling thread
   * @throws ConfigException when the module does not parse, link or evaluate
   */
  static Guest build(ScriptVersion version, Engine engine, Turn turn, long startupNs) {
    return build(version, engine, turn, startupNs, web -> {});
  }

  /**
   * As {@link #build(ScriptVersion, Engine, Turn, long)}; {@code adds} may put more into the realm
   * before.
   */
  static Guest build(
      ScriptVersion version, Engine engine, Turn turn, long startupNs, Consumer<WebApi> adds) {
    Guest guest = new Guest(version, engine);
    Budget exceeded = null;
    ConfigException refused = null;
    guest.install();
    adds.accept(guest.host.web());
    turn.begin(guest, startupNs, STARTUP_BYTES);
    try {
      guest.load();
    } catch (ConfigException e) {
      refused = e;
    } catch (PolyglotException e) {
      refused = ScriptFailure.refusal(e, version.bundle());
    } finally {
      exceeded = turn.end();
    }
    if (refused == null && exceeded != null) {
      refused =
          new ConfigException(
              "evaluating the module " + exceeded.sentence().replace("its limit", "limits.startup"),
              version.bundle().name(),
              null);
    }
    if (refused == null) return guest;
    guest.close();
    throw refused;
  }

  private void install() {
    WebApi web = WebApi.install(context, host, MAX_FETCHED_BYTES);
    for (Source source : DOOR) runtime = web.use(source);
    web.loadNamed(version.bundle().words());
    host.attach(web);
  }

  private void load() {
    // The namespace object itself, so that `export default` stays optional. A constant of this
    // module has no value until
    // the other one has been evaluated to its end.
    String entry =
        "import * as all from "
            + Json.quoted(version.bundle().entry())
            + "; export const module = all;";
    Source source =
        Source.newBuilder("js", entry, "entry of " + version.bundle().entry())
            .mimeType("application/javascript+module")
            .internal(true)
            .buildLiteral();
    Value exports = context.eval(source);
    try {
      module = exports.getMember("module");
      if (module != null) return;
    } catch (PolyglotException e) {
      if (e.isInterrupted()) throw e;
    }
    throw new ConfigException(
        "the module waits at its top level (await) for something that comes later only; wait in a handler",
        version.bundle().name(),
        null);
  }

  ScriptVersion version() {
    return version;
  }

  GuestHost host() {
    return host;
  }

  /** Names and types of the exports, {@code name:type} separated by spaces. */
  String exports() {
    return runtime.invokeMember("exports", module).asString();
  }

  /** The functions by which one place of the configuration calls the exports. In a turn. */
  Value use(EnvHost env) {
    return runtime.invokeMember("use", module, env);
  }

  /** A place for an exchange that passes several phases, until {@link #releaseSlot}. */
  int takeSlot() {
    return freeCount > 0 ? freeSlots[--freeCount] : slotCount++;
  }

  void releaseSlot(int slot) {
    if (freeCount == freeSlots.length) freeSlots = Arrays.copyOf(freeSlots, freeCount * 2);
    freeSlots[freeCount++] = slot;
  }

  /**
   * Stops what runs in it; called by a thread that does not run it.
   *
   * @return whether it can still be used
   */
  boolean interrupt(long withinMs) {
    try {
      context.interrupt(Duration.ofMillis(withinMs));
      return true;
    } catch (TimeoutException e) {
      dead = true;
      context.close(true);
      return false;
    }
  }

  /** Whether it was given up. */
  boolean isDead() {
    return dead;
  }

  void enter() {
    context.enter();
  }

  void leave() {
    context.leave();
  }

  /** Ends it; nothing may run in it. */
  void close() {
    dead = true;
    context.close(true);
  }

  static Source source(String name) {
    try (InputStream in = Guest.class.getResourceAsStream(name)) {
      if (in == null) throw new IllegalStateException("the jar lacks " + name);
      String text = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      return Source.newBuilder("js", text, "penstock:" + name).internal(true).buildLiteral();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Map<String, String> options() {
    Map<String, String> options = new HashMap<>(WebApi.CONTEXT_OPTIONS);
    options.put("js.esm-eval-returns-exports", "true");
    options.put("js.json-modules", "true");
    options.put("js.import-attributes", "true");
    options.put("js.polyglot-builtin", "false");
    options.put("js.java-package-globals", "false");
    options.put("js.load", "false");
    options.put("js.print", "false");
    options.put("js.console", "false");
    options.put("js.shared-array-buffer", "false");
    options.put("js.atomics", "false");
    options.put("js.stack-trace-api", "true");
    options.put("js.regexp-static-result", "false");
    options.put("js.string-length-limit", Integer.toString(1 << 25));
    options.put("js.max-typed-array-length", Integer.toString(1 << 26));
    return Map.copyOf(options);
  }
}
