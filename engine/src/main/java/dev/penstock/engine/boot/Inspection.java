package dev.penstock.engine.boot;

import dev.penstock.engine.control.ConfigProblem;
import dev.penstock.engine.control.ConfigReader;
import dev.penstock.engine.control.ControlPlane;
import dev.penstock.engine.control.ControlThread;
import dev.penstock.engine.control.GatewayConfig;
import dev.penstock.engine.control.PluginView;
import dev.penstock.engine.control.ReadResult;
import dev.penstock.engine.control.Registries;
import dev.penstock.engine.plan.Snapshot;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.time.SystemClock;
import dev.penstock.engine.upstream.DnsNameResolver;
import dev.penstock.engine.upstream.Upstreams;
import java.nio.file.Path;
import java.util.List;

/** A configuration compiled without a gateway around it, for commands that only look. */
final class Inspection implements AutoCloseable {
  private final List<Extension> extensions;
  private final ControlThread thread;
  private final ReadResult read;
  private final GatewayConfig config;
  private final ControlPlane.Inspected compiled;

  private Inspection(
      List<Extension> extensions,
      ControlThread thread,
      ReadResult read,
      GatewayConfig config,
      ControlPlane.Inspected compiled) {
    this.extensions = extensions;
    this.thread = thread;
    this.read = read;
    this.config = config;
    this.compiled = compiled;
  }

  /**
   * Reads and compiles {@code file}.
   *
   * @throws BadConfigException with all problems
   */
  static Inspection of(Path file) {
    List<Extension> extensions = Gateway.extensionsOnClassPath();
    Registries registries = Gateway.registries(extensions);
    ReadResult read =
        new ConfigReader(registries, System::getenv, Plugins.in(extensions)::load).read(file);
    GatewayConfig config = read.config();
    if (config == null) {
      extensions.forEach(Extension::close);
      throw new BadConfigException(read.render(), read.problems());
    }
    ControlThread thread = new ControlThread(SystemClock.INSTANCE);
    Upstreams upstreams = new Upstreams(thread, DnsNameResolver.ofSystem(), 1, new byte[32]);
    Path folder = file.toAbsolutePath().normalize().getParent();
    ControlPlane.Inspected compiled =
        ControlPlane.inspect(
            config, read.positions(), folder == null ? file : folder, read.registries(), upstreams);
    Inspection made = new Inspection(extensions, thread, read, config, compiled);
    if (compiled.problems().isEmpty()) return made;
    StringBuilder rendered = new StringBuilder();
    for (ConfigProblem problem : compiled.problems())
      rendered.append(read.positions().render(problem)).append('\n');
    made.close();
    throw new BadConfigException(rendered.toString(), compiled.problems());
  }

  List<PluginView> plugins() {
    return read.registries().plugins();
  }

  GatewayConfig config() {
    return config;
  }

  List<ConfigProblem> warnings() {
    return read.warnings();
  }

  List<String> notes() {
    return compiled.warnings();
  }

  Snapshot snapshot() {
    Snapshot snapshot = compiled.snapshot();
    if (snapshot == null) throw new IllegalStateException("there are problems");
    return snapshot;
  }

  @Override
  public void close() {
    compiled.close().run();
    thread.close();
    extensions.forEach(Extension::close);
  }
}
