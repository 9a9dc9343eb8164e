package dev.penstock.scripting;

import dev.penstock.engine.control.Registries;
import dev.penstock.engine.control.ScriptDoor;
import dev.penstock.engine.spi.Extension;
import java.nio.file.Path;
import java.util.Map;

/** Joins the gateway: the filter and the balancer {@code script}. */
public final class ScriptExtension implements Extension, ScriptDoor {
  private final ScriptRuntime runtime;

  /** For {@code ServiceLoader}. */
  public ScriptExtension() {
    this(new ScriptRuntime());
    // The launcher has seen that the configuration mentions scripts, which nobody here knows yet:
    // the engine is made while the configuration is read.
    if ("optimised".equals(System.getProperty("penstock.scripts"))) runtime.getReady();
  }

  ScriptExtension(ScriptRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public String name() {
    return "scripting";
  }

  /** Versions, numbers and the state of the JavaScript runtime. */
  public ScriptRuntime runtime() {
    return runtime;
  }

  @Override
  public void check(Path file) {
    runtime.check(file);
  }

  @Override
  public Trial tryOut(Path file, Registries registries, Sample sample) {
    return TryOut.run(runtime, registries, file, sample);
  }

  @Override
  public void add(Viewer viewer) {
    runtime.viewers().add(viewer);
  }

  @Override
  public void remove(Viewer viewer) {
    runtime.viewers().remove(viewer);
  }

  @Override
  public void register(Registry registry) {
    registry.filter(new ScriptFilterFactory(runtime));
    registry.balancer(new ScriptBalancerFactory(runtime));
  }

  @Override
  public Map<String, String> details() {
    RuntimeReport report = runtime.report();
    return report == null ? Map.of() : Map.of("scripts", report.toString());
  }

  @Override
  public void writeMetrics(MetricWriter out) {
    ScriptMetrics.write(runtime, out);
  }

  @Override
  public void close() {
    runtime.close();
  }
}
