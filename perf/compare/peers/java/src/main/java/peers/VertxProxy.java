package peers;

import io.vertx.core.Future;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.httpproxy.HttpProxy;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyRequest;
import io.vertx.httpproxy.ProxyResponse;
import java.util.HashMap;
import java.util.Map;

/**
 * vertx-http-proxy, one event loop for each core, behind a table of routes; see common.sh for the environment. It has no
 * access log of its own and so writes none.
 */
public final class VertxProxy {
  public static void main(String[] arguments) {
    int cores = Integer.parseInt(System.getenv("CORES"));
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(cores).setPreferNativeTransport(true));
    vertx
        .deployVerticle(Server::new, new DeploymentOptions().setInstances(cores))
        .onFailure(
            cause -> {
              cause.printStackTrace();
              System.exit(1);
            });
  }

  private static final class Server extends VerticleBase {
    @Override
    public Future<?> start() {
      HttpClient client =
          vertx.createHttpClient(
              new HttpClientOptions().setKeepAlive(true).setKeepAliveTimeout(300),
              new PoolOptions().setHttp1MaxSize(256).setMaxWaitQueueSize(4096));
      HttpProxy plain = proxy(client).addInterceptor(new Forwarded());
      HttpProxy rest = System.getenv("MODE").equals("filter") ? proxy(client).addInterceptor(new Forwarded()).addInterceptor(new Rewrite()) : plain;
      Map<String, HttpProxy> routes = new HashMap<>();
      int count = Integer.parseInt(System.getenv("ROUTES"));
      for (int i = 1; i < count; i++) routes.put("/svc/" + i, plain);
      return vertx
          .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setAcceptBacklog(4096).setIdleTimeout(300))
          .requestHandler(request -> routes.getOrDefault(key(request), rest).handle(request))
          .listen(Integer.parseInt(System.getenv("PORT")));
    }

    private static HttpProxy proxy(HttpClient client) {
      String[] origin = System.getenv("BACKEND").split(":");
      return HttpProxy.reverseProxy(client).origin(Integer.parseInt(origin[1]), origin[0]);
    }

    /** The first two segments of the path. */
    private static String key(HttpServerRequest request) {
      String path = request.path();
      int second = path.indexOf('/', 1);
      int third = second < 0 ? -1 : path.indexOf('/', second + 1);
      return third < 0 ? path : path.substring(0, third);
    }
  }

  private static final class Forwarded implements ProxyInterceptor {
    @Override
    public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
      ProxyRequest request = context.request();
      HttpServerRequest client = request.proxiedRequest();
      request.putHeader("X-Forwarded-For", client.remoteAddress().hostAddress());
      request.putHeader("X-Forwarded-Proto", "http");
      request.putHeader("X-Forwarded-Host", client.getHeader("Host"));
      return context.sendRequest();
    }
  }

  private static final class Rewrite implements ProxyInterceptor {
    @Override
    public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
      ProxyRequest request = context.request();
      String[] parts = request.proxiedRequest().path().split("/");
      request.putHeader("X-User-Id", parts[4]);
      String agent = request.headers().get("User-Agent");
      String key = request.headers().get("X-Api-Key");
      request.putHeader("X-Client", (agent == null ? "" : agent.toUpperCase()) + ";" + (key == null ? "" : key));
      request.setURI("/1k/" + parts[3] + "/" + parts[4]);
      context.set("tag", "done-" + parts[4]);
      return context.sendRequest();
    }

    @Override
    public Future<Void> handleProxyResponse(ProxyContext context) {
      context.response().putHeader("X-Script", context.get("tag", String.class));
      return context.sendResponse();
    }
  }
}
