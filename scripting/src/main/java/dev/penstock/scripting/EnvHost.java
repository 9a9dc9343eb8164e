package dev.penstock.scripting;

import org.graalvm.polyglot.HostAccess;
import org.jspecify.annotations.Nullable;

/**
 * The bindings of one use of a script, for the JavaScript side of the door, which makes {@code env}
 * of them.
 */
public final class EnvHost {
  private final Bindings bindings;
  private final ScriptUse use;

  EnvHost(Bindings bindings, ScriptUse use) {
    this.bindings = bindings;
    this.use = use;
  }

  @HostAccess.Export
  public int size() {
    return bindings.all().size();
  }

  @HostAccess.Export
  public String name(int i) {
    return bindings.all().get(i).name();
  }

  @HostAccess.Export
  public String kind(int i) {
    return switch (bindings.all().get(i)) {
      case Bindings.Variable v -> "value";
      case Bindings.Secret s -> "secret";
      case Bindings.Store s -> "kv";
      case Bindings.ToUpstream u -> "fetch";
      case Bindings.Egress e -> "fetch";
      case Bindings.BoundObject o -> "object";
    };
  }

  @HostAccess.Export
  public @Nullable String value(int i) {
    return switch (bindings.all().get(i)) {
      case Bindings.Variable v -> v.json();
      case Bindings.Secret s -> s.value();
      default -> null;
    };
  }

  @HostAccess.Export
  public @Nullable KvHost kv(int i) {
    return bindings.all().get(i) instanceof Bindings.Store s ? new KvHost(s.store(), use) : null;
  }

  @HostAccess.Export
  public @Nullable ObjectHost object(int i) {
    return bindings.all().get(i) instanceof Bindings.BoundObject o
        ? new ObjectHost(o.methods(), use.context())
        : null;
  }

  /** Goes through {@code lib.fetcher} and comes back with each fetch. */
  @HostAccess.Export
  public Object binding(int i) {
    return bindings.all().get(i);
  }
}
