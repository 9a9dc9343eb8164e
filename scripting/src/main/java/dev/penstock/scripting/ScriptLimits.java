package dev.penstock.scripting;

/** {@link ScriptRules.LimitRules} in the units of the request path. */
record ScriptLimits(
    long cpuPerTurnNs,
    long cpuPerRequestNs,
    long cpuWhileColdNs,
    long wallNs,
    long allocation,
    int subrequests,
    long response,
    int timers,
    int log,
    long waitUntilNs,
    long startupNs,
    int maxBody) {

  static ScriptLimits of(ScriptRules rules) {
    ScriptRules.LimitRules limits = rules.limits();
    return new ScriptLimits(
        limits.cpuPerTurn().toNanos(),
        limits.cpuPerRequest().toNanos(),
        limits.cpuWhileCold().toNanos(),
        limits.wall().toNanos(),
        limits.allocation(),
        limits.subrequests(),
        limits.response(),
        limits.timers(),
        limits.log(),
        limits.waitUntil().toNanos(),
        limits.startup().toNanos(),
        rules.maxBody());
  }
}
