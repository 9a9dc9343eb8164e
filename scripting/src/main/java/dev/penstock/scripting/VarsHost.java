package dev.penstock.scripting;

import java.util.Map;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/** {@code exchange.vars}: plain values, which other filters and the log see too. */
public final class VarsHost {
  private static final String[] NONE = {};

  private final ScriptExchange own;
  private String[] varNames = NONE;

  VarsHost(ScriptExchange own) {
    this.own = own;
  }

  @HostAccess.Export
  public @Nullable Object variable(String name) {
    return plain(own.live().vars().get(name));
  }

  @HostAccess.Export
  public @Nullable String setVariable(String name, Value value) {
    Map<String, Object> vars = own.live().vars();
    if (vars.size() >= 1_000 && !vars.containsKey(name))
      return "an exchange has at most 1000 variables";
    if (value.isString()) vars.put(name, value.asString());
    else if (value.isBoolean()) vars.put(name, value.asBoolean());
    else if (value.fitsInLong()) vars.put(name, value.asLong());
    else vars.put(name, value.asDouble());
    return null;
  }

  @HostAccess.Export
  public void removeVariable(String name) {
    own.live().vars().remove(name);
  }

  @HostAccess.Export
  public int variableCount() {
    varNames = own.live().vars().keySet().toArray(NONE);
    return varNames.length;
  }

  @HostAccess.Export
  public String variableName(int i) {
    return varNames[i];
  }

  private static @Nullable Object plain(@Nullable Object value) {
    return value instanceof String || value instanceof Number || value instanceof Boolean
        ? value
        : null;
  }
}
