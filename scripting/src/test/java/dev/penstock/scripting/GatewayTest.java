package dev.penstock.scripting;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.penstock.engine.boot.Gateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Scripts in a whole gateway, over real sockets. */
@Timeout(120)
class GatewayTest {
  @TempDir Path folder;

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final List<String> seen = new ArrayList<>();
  private HttpServer upstream;
  private Gateway gateway;

  @BeforeEach
  void startUpstream() throws IOException {
    upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    upstream.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    upstream.createContext("/", this::serve);
    upstream.start();
  }

  @AfterEach
  void stop() {
    if (gateway != null) gateway.close(0, 1_000);
    upstream.stop(0);
  }

  private void serve(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    synchronized (seen) {
      seen.add(
          exchange.getRequestMethod()
              + " "
              + exchange.getRequestURI()
              + " "
              + exchange.getRequestHeaders().getFirst("X-Tenant"));
    }
    byte[] answer =
        ("upstream saw "
                + exchange.getRequestURI()
                + " "
                + new String(body, StandardCharsets.UTF_8))
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "text/plain");
    exchange.sendResponseHeaders(200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private String config(String routes) {
    return """
    workers: { count: 1 }
    listeners:
      web: { bind: "127.0.0.1:0" }
    upstreams:
      users: { endpoints: [ "127.0.0.1:%d" ] }
      scripted:
        endpoints: [ "127.0.0.1:%d" ]
        balancer: { script: { file: balancer.js, warm-up: 0ms } }
    routes:
    %s
    """
        .formatted(upstream.getAddress().getPort(), upstream.getAddress().getPort(), routes);
  }

  private void start(String routes) {
    file("balancer.js", "export const selectEndpoint = (x, endpoints) => endpoints[0];");
    gateway = Gateway.start(config(routes), folder, List.of(new ScriptExtension()));
  }

  private void file(String name, String text) {
    try {
      Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + gateway.address("web").getPort() + path))
        .timeout(Duration.ofSeconds(60));
  }

  private HttpResponse<String> get(String path, String... headers) {
    HttpRequest.Builder request = to(path);
    if (headers.length > 0) request.headers(headers);
    return send(request.build());
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aScriptSaysWhatIsStoredForWhomAndForHowLong() {
    file(
        "cache.js",
        """
        export function onRequest(exchange) {
          exchange.cache.key(exchange.request.headers.get("x-tenant"));
        }
        export function onUpstreamResponse(exchange) {
          exchange.cache.ttl(60);
          exchange.cache.tag("tenants");
          exchange.cache.staleIfError(10);
        }
        """);
    start(
        "  all: { upstream: users, cache: true, filters: [ { script: { file: cache.js, warm-up: 0ms } } ] }");
    for (String tenant : List.of("a", "a", "b", "a"))
      assertThat(get("/x", "X-Tenant", tenant).statusCode()).isEqualTo(200);
    assertThat(seen).containsExactly("GET /x a", "GET /x b");
  }

  @Test
  void aFilterChangesRequestAndResponse() {
    file(
        "tenant.js",
        """
        export function onRequest(exchange) {
          const tenant = exchange.request.headers.get("x-tenant");
          if (!tenant) return new Response("x-tenant is required\\n", { status: 400 });
          exchange.request.path = `/${tenant}${exchange.request.path}`;
        }
        export async function onResponse(exchange) {
          await null;
          exchange.response.headers.set("x-handled", `${exchange.attempt} ${exchange.endpoint}`);
        }
        export function onResponseBody(exchange, part) { return part.text().toUpperCase(); }
        """);
    start(
        "  all: { match: { path: /** }, upstream: scripted, filters: [ { script: { file: tenant.js, warm-up: 200ms } } ] }");
    HttpResponse<String> refused = get("/a");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body())
        .as("response phases see every answer")
        .isEqualTo("X-TENANT IS REQUIRED\n");
    HttpResponse<String> passed = get("/a?b=c", "X-Tenant", "acme");
    assertThat(passed.statusCode()).isEqualTo(200);
    assertThat(passed.body()).isEqualTo("UPSTREAM SAW /ACME/A?B=C ");
    assertThat(passed.headers().firstValue("x-handled"))
        .contains("1 127.0.0.1:" + upstream.getAddress().getPort());
    synchronized (seen) {
      assertThat(seen).containsExactly("GET /acme/a?b=c acme");
    }
  }

  @Test
  void aBodyThatAHandlerHasReadIsForwardedAllTheSame() {
    file(
        "read.js",
        """
        export async function onRequest({ request }) {
          const text = await request.text();
          request.headers.set("x-tenant", String(text.length));
        }
        """);
    start(
        "  all: { match: { path: /** }, upstream: users, filters: [ { script: { file: read.js, warm-up: 0ms } } ] }");
    String text = "abc".repeat(50_000);
    assertThat(send(to("/p").POST(HttpRequest.BodyPublishers.ofString(text)).build()).body())
        .isEqualTo("upstream saw /p " + text);
    assertThat(get("/g").body()).isEqualTo("upstream saw /g ");
    synchronized (seen) {
      assertThat(seen).containsExactly("POST /p 150000", "GET /g 0");
    }
  }

  @Test
  void aFetchHandlerAnswersAndAsksUpstreams() {
    file(
        "api.js",
        """
        export default {
          async fetch(request, env, ctx) {
            const url = new URL(request.url);
            if (url.pathname === "/echo") return new Response(request.body, { headers: { "content-type": "text/plain" } });
            if (url.pathname === "/proxy") return env.users.fetch(request);
            const [a, b] = await Promise.all(["/1", "/2"].map((p) => env.users.fetch("http://users" + p).then((r) => r.text())));
            return Response.json({ a, b });
          }
        }
        """);
    start(
        "  all: { match: { path: /** }, script: { file: api.js, warm-up: 100ms, env: { upstreams: [ users ] } } }");
    assertThat(get("/both").body())
        .isEqualTo("{\"a\":\"upstream saw /1 \",\"b\":\"upstream saw /2 \"}");
    String large = "x".repeat(300_000);
    assertThat(send(to("/echo").POST(HttpRequest.BodyPublishers.ofString(large)).build()).body())
        .isEqualTo(large);
    assertThat(send(to("/proxy").POST(HttpRequest.BodyPublishers.ofString("hello")).build()).body())
        .isEqualTo("upstream saw /proxy hello");
  }

  @Test
  void anEndlessLoopFailsItsRequestAndTheOthersGoOn() {
    file("bomb.js", "export function onRequest(x) { if (x.request.path === '/bomb') for (;;) {} }");
    start(
        "  all: { match: { path: /** }, upstream: users, filters: [ { script: { file: bomb.js, warm-up: 100ms } } ] }");
    for (int i = 0; i < 3; i++) {
      List<CompletableFuture<HttpResponse<String>>> others = new ArrayList<>();
      CompletableFuture<HttpResponse<String>> bomb =
          client.sendAsync(to("/bomb").build(), HttpResponse.BodyHandlers.ofString());
      for (int k = 0; k < 5; k++)
        others.add(client.sendAsync(to("/fine").build(), HttpResponse.BodyHandlers.ofString()));
      assertThat(bomb.join().statusCode()).isEqualTo(500);
      assertThat(bomb.join().body()).doesNotContain("bomb.js");
      others.forEach(other -> assertThat(other.join().statusCode()).isEqualTo(200));
    }
  }

  @Test
  void aReloadSwitchesTheVersionAndABrokenOneIsRefused() {
    String routes =
        "  all: { match: { path: /** }, upstream: users, filters: [ { script: { file: v.js, warm-up: 0ms } } ] }";
    file("v.js", "export const onRequest = () => new Response('one');");
    start(routes);
    assertThat(get("/").body()).isEqualTo("one");
    file("v.js", "export const onRequest = () => new Response(;");
    String problem = reload(routes);
    assertThat(problem).contains("v.js:1:45", "SyntaxError", "^");
    assertThat(get("/").body()).isEqualTo("one");
    file("v.js", "export const onRequest = () => new Response('two');");
    assertThat(reload(routes)).isEmpty();
    assertThat(get("/").body()).isEqualTo("two");
  }

  private String reload(String routes) {
    return gateway.reload(config(routes), folder);
  }

  @Test
  void requestBodiesPassHooksThatWait() {
    file(
        "body.js",
        """
        export async function onRequestBody(exchange, part) {
          await new Promise((done) => setTimeout(done, 2));
          return part.text().toUpperCase();
        }
        """);
    start(
        "  all: { match: { path: /** }, upstream: users, filters: [ { script: { file: body.js, warm-up: 100ms } } ] }");
    String text = "abc".repeat(50_000);
    assertThat(send(to("/p").POST(HttpRequest.BodyPublishers.ofString(text)).build()).body())
        .isEqualTo("upstream saw /p " + text.toUpperCase(java.util.Locale.ROOT));
  }
}
