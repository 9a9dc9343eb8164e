package peers;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.PathHandler;
import io.undertow.server.handlers.accesslog.AccessLogHandler;
import io.undertow.server.handlers.accesslog.DefaultAccessLogReceiver;
import io.undertow.server.handlers.proxy.LoadBalancingProxyClient;
import io.undertow.server.handlers.proxy.ProxyHandler;
import io.undertow.util.HeaderMap;
import io.undertow.util.HttpString;
import java.net.URI;
import java.nio.file.Path;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

/** Undertow's ProxyHandler behind a table of routes, with its access log; see common.sh for the environment. */
public final class UndertowProxy {
  private static final HttpString USER_ID = new HttpString("X-User-Id");
  private static final HttpString CLIENT = new HttpString("X-Client");
  private static final HttpString SCRIPT = new HttpString("X-Script");

  public static void main(String[] arguments) throws Exception {
    int cores = Integer.parseInt(System.getenv("CORES"));
    LoadBalancingProxyClient origin =
        new LoadBalancingProxyClient()
            .addHost(new URI("http://" + System.getenv("BACKEND")))
            .setConnectionsPerThread(256)
            .setSoftMaxConnectionsPerThread(256)
            .setMaxQueueSize(4096);
    HttpHandler proxy =
        ProxyHandler.builder().setProxyClient(origin).setMaxRequestTime(30_000).setReuseXForwarded(false).build();
    PathHandler routes = Handlers.path(System.getenv("MODE").equals("filter") ? rewriting(proxy) : proxy);
    int count = Integer.parseInt(System.getenv("ROUTES"));
    // ProxyHandler forwards what is left of the path, so each route puts back what the table took.
    for (int i = 1; i < count; i++) {
      routes.addPrefixPath("/svc/" + i, exchange -> {
        exchange.setRelativePath(exchange.getRequestPath());
        exchange.setResolvedPath("");
        proxy.handleRequest(exchange);
      });
    }
    XnioWorker logging = Xnio.getInstance().createWorker(OptionMap.create(Options.THREAD_DAEMON, true));
    HttpHandler logged =
        new AccessLogHandler(
            routes,
            DefaultAccessLogReceiver.builder()
                .setLogWriteExecutor(logging)
                .setOutputDirectory(Path.of(System.getenv("WORK")))
                .setLogBaseName("access.")
                .setRotate(false)
                .build(),
            "combined",
            UndertowProxy.class.getClassLoader());
    Undertow.builder()
        .setIoThreads(cores)
        .setWorkerThreads(cores)
        .setSocketOption(Options.BACKLOG, 4096)
        .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, 300_000)
        .addHttpListener(Integer.parseInt(System.getenv("PORT")), "127.0.0.1")
        .setHandler(logged)
        .build()
        .start();
  }

  private static HttpHandler rewriting(HttpHandler next) {
    return exchange -> {
      String[] parts = exchange.getRequestPath().split("/");
      HeaderMap headers = exchange.getRequestHeaders();
      headers.put(USER_ID, parts[4]);
      headers.put(CLIENT, text(headers.getFirst("User-Agent")).toUpperCase() + ";" + text(headers.getFirst("X-Api-Key")));
      String path = "/1k/" + parts[3] + "/" + parts[4];
      exchange.setRequestURI(path).setRequestPath(path).setRelativePath(path);
      exchange.addResponseCommitListener(
          (HttpServerExchange done) -> done.getResponseHeaders().put(SCRIPT, "done-" + parts[4]));
      next.handleRequest(exchange);
    };
  }

  private static String text(String value) {
    return value == null ? "" : value;
  }
}
