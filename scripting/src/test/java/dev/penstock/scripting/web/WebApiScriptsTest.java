package dev.penstock.scripting.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.penstock.engine.http.HeaderMap;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Runs {@code *.test.js}: one context for each file, one test for each of its tests. */
class WebApiScriptsTest {
  private static final List<String> FILES =
      List.of(
          "dom",
          "headers",
          "fetch",
          "url",
          "urlpattern",
          "streams",
          "encoding",
          "crypto",
          "compression",
          "blob",
          "globals",
          "clone",
          "console",
          "timeline",
          "idl");
  private static final Engine ENGINE =
      Engine.newBuilder("js").option("engine.WarnInterpreterOnly", "false").build();

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  private static String read(String name) throws IOException {
    try (InputStream in =
        WebApiScriptsTest.class.getResourceAsStream("/dev/penstock/scripting/web/" + name)) {
      if (in == null) throw new IOException("there is no " + name);
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @TestFactory
  Stream<DynamicTest> scripts() throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    for (String file : FILES) {
      Value results = run(file + ".test.js");
      assertThat(results.getArraySize()).as(file).isGreaterThan(0);
      for (long i = 0; i < results.getArraySize(); i++) {
        String name = results.getArrayElement(i).getArrayElement(0).asString();
        Value failure = results.getArrayElement(i).getArrayElement(1);
        String message = failure.isNull() ? "" : failure.asString();
        tests.add(dynamicTest(file + ": " + name, () -> assertThat(message).isEmpty()));
      }
    }
    return tests.stream();
  }

  private static Value run(String file) throws Exception {
    FakeWebHost host = new FakeWebHost();
    Context context =
        Context.newBuilder("js")
            .engine(ENGINE)
            .allowExperimentalOptions(true)
            .options(WebApi.CONTEXT_OPTIONS)
            .allowHostAccess(WebApi.HOST_ACCESS)
            .build();
    WebApi api = WebApi.install(context, host, 1 << 20);
    HeaderMap fields = new HeaderMap();
    fields.add("Host", "h");
    fields.add("X-One", "1");
    fields.add("x-two", "a");
    fields.add("X-Two", "b");
    Value global = context.getBindings("js");
    global.putMember("hosted", api.headers(new HeaderMapHost(fields), Guard.GATEWAY));
    ProxyExecutable consoleLines = args -> String.join("\u0001", host.console);
    global.putMember("consoleLines", consoleLines);
    context.eval(Source.newBuilder("js", read("harness.js"), "harness.js").build());
    context.eval(Source.newBuilder("js", read(file), file).build());
    String[] json = new String[1];
    ProxyExecutable done =
        args -> {
          json[0] = args[0].asString();
          return "";
        };
    context.eval("js", "finish").executeVoid(done);
    host.runUntil(() -> json[0] != null);
    return context.eval("js", "JSON.parse").execute(json[0]);
  }
}
