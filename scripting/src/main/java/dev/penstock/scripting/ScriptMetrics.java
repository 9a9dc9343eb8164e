package dev.penstock.scripting;

import dev.penstock.engine.spi.Extension.MetricWriter;
import java.util.Collection;
import java.util.function.ToLongFunction;

/** The numbers of all versions in use, for the metrics. */
final class ScriptMetrics {
  private ScriptMetrics() {}

  static void write(ScriptRuntime runtime, MetricWriter out) {
    RuntimeReport report = runtime.report();
    if (report == null) return; // No script was ever used.
    out.gauge(
        "penstock_script_runtime_optimised",
        "1 when hot scripts are compiled, 0 when they are interpreted.");
    out.value(
        report.optimised() ? 1 : 0,
        "runtime",
        report.implementation(),
        "version",
        report.version());
    Collection<ScriptVersion> versions = runtime.versions();
    out.gauge(
        "penstock_script_contexts", "Realms of a version that is in use, one for each worker.");
    each(versions, out, ScriptStats::contexts);
    out.counter("penstock_script_calls", "Calls of handlers.");
    each(versions, out, ScriptStats::calls);
    out.counter(
        "penstock_script_errors",
        "Failures by kind: of the script itself, or the budget that it exceeded.");
    for (ScriptVersion version : versions) {
      for (String kind : ScriptStats.errorKinds()) {
        long n = version.stats().errors(kind);
        if (n != 0)
          out.value(
              n, "script", version.bundle().name(), "version", version.bundle().id(), "kind", kind);
      }
    }
    out.counter("penstock_script_run_seconds", "Time in which code of a script ran.");
    for (ScriptVersion version : versions)
      out.value(
          version.stats().runNs() / 1e9,
          "script",
          version.bundle().name(),
          "version",
          version.bundle().id());
    out.counter("penstock_script_allocated_bytes", "Memory allocated by scripts.");
    each(versions, out, ScriptStats::allocatedBytes);
    out.counter("penstock_script_subrequests", "Calls of fetch().");
    each(versions, out, ScriptStats::subrequests);
    out.counter("penstock_script_contexts_replaced", "Realms that did not stop and were given up.");
    each(versions, out, ScriptStats::replacedContexts);
    out.counter("penstock_script_log_dropped_bytes", "Console output beyond limits.log.");
    each(versions, out, ScriptStats::droppedLogBytes);
  }

  private static void each(
      Collection<ScriptVersion> versions, MetricWriter out, ToLongFunction<ScriptStats> number) {
    for (ScriptVersion version : versions) {
      ScriptBundle bundle = version.bundle();
      out.value(
          number.applyAsLong(version.stats()), "script", bundle.name(), "version", bundle.id());
    }
  }
}
