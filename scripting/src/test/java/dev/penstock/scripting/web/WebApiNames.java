package dev.penstock.scripting.web;

import java.util.List;
import org.graalvm.polyglot.Context;

/** What the Web APIs put into a context, as expressions that name each member. */
public final class WebApiNames {
  private static final String OWN_NAMES = "Object.getOwnPropertyNames(globalThis).join(' ')";
  private static final String EXPRESSIONS =
      """
      (before) => {
        const known = new Set(before.split(' '));
        const out = [];
        const members = (path, object, without) => {
          for (const key of Object.getOwnPropertyNames(object)) if (!without.includes(key)) out.push(`${path}.${key}`);
        };
        for (const name of Object.getOwnPropertyNames(globalThis)) {
          if (known.has(name)) continue;
          const value = globalThis[name];
          out.push(name);
          if (name === 'console') members(name, value, []);
          if (typeof value !== 'function' || value.prototype === undefined) continue;
          members(name, value, ['length', 'name', 'prototype']);
          members(`${name}.prototype`, value.prototype, ['constructor']);
        }
        return out.join(' ');
      }
      """;

  private WebApiNames() {}

  /** {@code URL}, {@code URL.canParse}, {@code URL.prototype.href}, and so on. */
  public static List<String> all() {
    try (Context bare = context();
        Context context = context()) {
      WebApi.install(context, new FakeWebHost(), 1 << 20).loadAll();
      String before = bare.eval("js", OWN_NAMES).asString();
      return List.of(context.eval("js", EXPRESSIONS).execute(before).asString().split(" "));
    }
  }

  private static Context context() {
    return Context.newBuilder("js")
        .allowExperimentalOptions(true)
        .option("engine.WarnInterpreterOnly", "false")
        .options(WebApi.CONTEXT_OPTIONS)
        .allowHostAccess(WebApi.HOST_ACCESS)
        .build();
  }
}
