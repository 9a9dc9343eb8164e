package dev.penstock.admin;

import dev.penstock.engine.tls.TlsServer;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.router.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/**
 * Javalin with the table of operations on it: translates requests to {@link Call}s and {@link
 * Answer}s to responses. Its threads are its own (O5).
 */
final class AdminServer implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(AdminServer.class);
  private static final int MOST_STREAMS = 32;
  private static final long HEARTBEAT_MILLIS = 15_000;
  private static final String ANSWERED = "answered";

  private final List<Operation> operations;
  private final Dispatcher dispatcher;
  private final Semaphore streams = new Semaphore(MOST_STREAMS);
  private final Set<Feed> open = ConcurrentHashMap.newKeySet();
  private final Javalin javalin;

  /**
   * Serves on a socket that is bound.
   *
   * @param tls asked for each connection; null for plain HTTP
   * @throws IOException when the server cannot be started
   */
  AdminServer(
      ServerSocketChannel bound,
      Supplier<@Nullable TlsServer> tls,
      List<Operation> operations,
      Dispatcher dispatcher)
      throws IOException {
    this.operations = List.copyOf(operations);
    this.dispatcher = dispatcher;
    this.javalin = Javalin.create(config -> configure(config, bound, tls));
    try {
      javalin.start();
    } catch (RuntimeException e) {
      throw new IOException("the server of the admin API did not start", e);
    }
  }

  private void configure(
      JavalinConfig config, ServerSocketChannel bound, Supplier<@Nullable TlsServer> tls) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.concurrency.useVirtualThreads = true;
    config.http.compressionStrategy = CompressionStrategy.NONE;
    config.http.prefer405over404 = true;
    config.http.maxRequestSize = Long.MAX_VALUE; // each operation has its own
    config.jetty.addConnector((server, http) -> connector(server, http, bound, tls));
    for (Operation each : operations) {
      config.routes.addEndpoint(
          new Endpoint(
              HandlerType.findOrCreate(each.method()),
              each.path().replaceAll("\\{([a-z]+)…}", "<$1>"),
              context -> handle(context, each)));
    }
    config.routes.error(404, "*", this::handleUnknown);
    config.routes.error(405, "*", this::handleUnknown);
    config.routes.exception(
        Exception.class,
        (thrown, context) -> {
          LOG.error("the admin API failed before an operation", thrown);
          write(
              context,
              new Problem(Problem.Kind.INTERNAL, "see the log").answer(dispatcher.newId()),
              "");
        });
  }

  private static Connector connector(
      Server server,
      HttpConfiguration http,
      ServerSocketChannel bound,
      Supplier<@Nullable TlsServer> tls) {
    http.setSendServerVersion(false);
    http.setSendDateHeader(true);
    http.setRequestHeaderSize(16 << 10);
    AdminConnections connections = new AdminConnections(http, tls);
    ServerConnector connector = new ServerConnector(server, 1, 1, connections, connections.plain());
    try {
      connector.open(bound);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return connector;
  }

  private void handle(Context context, Operation operation) {
    String id = dispatcher.newId();
    Answer answer =
        dispatcher.answer(
            id, operation, () -> read(context, operation), context::header, peer(context));
    write(context, answer, id);
  }

  private static Peer peer(Context context) {
    Object shown = context.req().getAttribute("jakarta.servlet.request.X509Certificate");
    boolean isShown = shown instanceof X509Certificate[] chain && chain.length > 0;
    return new Peer(context.req().getRemoteAddr(), isShown ? ((X509Certificate[]) shown)[0] : null);
  }

  /** No operation has this path, or none this method. */
  private void handleUnknown(Context context) {
    if (context.attribute(ANSWERED) != null) return;
    String path = context.path();
    Set<String> allowed = new TreeSet<>();
    for (Operation each : operations)
      if (!each.path().equals("/{path…}") && pattern(each).matcher(path).matches())
        allowed.add(each.method());
    Operation nothing =
        Operation.get(
            path,
            null,
            "",
            call -> {
              if (allowed.isEmpty()) throw Problem.notFound("there is nothing at " + path);
              throw new Problem(
                      Problem.Kind.METHOD_NOT_ALLOWED, "use " + String.join(" or ", allowed))
                  .header("Allow", String.join(", ", allowed));
            });
    handle(context, nothing);
  }

  private static Pattern pattern(Operation operation) {
    StringBuilder expression = new StringBuilder();
    for (String part : operation.path().substring(1).split("/", -1)) {
      expression.append('/');
      if (part.endsWith("…}")) expression.append(".+");
      else if (part.startsWith("{")) expression.append("[^/]+");
      else expression.append(Pattern.quote(part));
    }
    return Pattern.compile(expression.toString());
  }

  private static Call.Request read(Context context, Operation operation) throws IOException {
    byte[] body = new byte[0];
    boolean hasBody =
        context.req().getContentLengthLong() > 0 || context.header("Transfer-Encoding") != null;
    if (hasBody) {
      long most = operation.consumes().isEmpty() ? 0 : operation.maxBytes();
      Problem tooLarge =
          new Problem(
              Problem.Kind.TOO_LARGE,
              most == 0 ? "this takes no body" : "a body has at most " + most + " bytes");
      if (context.req().getContentLengthLong() > most) throw tooLarge;
      try (InputStream in = context.req().getInputStream()) {
        body = in.readNBytes(Math.toIntExact(most) + 1);
      }
      if (body.length > most) throw tooLarge;
    }
    Map<String, String> headers = new HashMap<>();
    var names = context.req().getHeaderNames();
    while (names.hasMoreElements()) {
      String name = names.nextElement();
      headers.put(name.toLowerCase(Locale.ROOT), String.valueOf(context.req().getHeader(name)));
    }
    String type = headers.getOrDefault("content-type", "");
    int parameters = type.indexOf(';');
    if (parameters >= 0) type = type.substring(0, parameters);
    String query = context.req().getQueryString();
    return new Call.Request(
        context.req().getMethod(),
        context.req().getRequestURI() + (query == null ? "" : "?" + query),
        context.pathParamMap(),
        query(query),
        headers,
        type.strip().toLowerCase(Locale.ROOT),
        body,
        context.req().getRemoteAddr());
  }

  private static Map<String, List<String>> query(@Nullable String text) {
    Map<String, List<String>> all = new LinkedHashMap<>();
    if (text == null) return all;
    for (String pair : text.split("&", -1)) {
      if (pair.isEmpty()) continue;
      int equals = pair.indexOf('=');
      try {
        String name =
            URLDecoder.decode(
                equals < 0 ? pair : pair.substring(0, equals), StandardCharsets.UTF_8);
        String value =
            equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
        all.computeIfAbsent(name, key -> new java.util.ArrayList<>()).add(value);
      } catch (IllegalArgumentException e) {
        throw Problem.malformed("the query cannot be read: " + e.getMessage());
      }
    }
    return all;
  }

  private void write(Context context, Answer answer, String id) {
    context.attribute(ANSWERED, true);
    Feed feed = answer.feed();
    if (feed != null && !streams.tryAcquire()) {
      feed.close();
      write(
          context,
          new Problem(Problem.Kind.THROTTLED, "there are " + MOST_STREAMS + " streams already")
              .header("Retry-After", "5")
              .answer(id),
          id);
      return;
    }
    context.status(answer.status());
    context.header("X-Content-Type-Options", "nosniff");
    context.header("Referrer-Policy", "no-referrer");
    context.header("Cross-Origin-Resource-Policy", "same-origin");
    if (!id.isEmpty()) context.header("X-Request-Id", id);
    if (!answer.headers().containsKey("Cache-Control")) context.header("Cache-Control", "no-store");
    answer.headers().forEach(context::header);
    if (!answer.type().isEmpty()) context.contentType(answer.type());
    if (feed == null) context.result(answer.body());
    else stream(context, feed);
  }

  private void stream(Context context, Feed feed) {
    open.add(feed);
    try {
      OutputStream out = context.res().getOutputStream();
      out.write(": hello\n\n".getBytes(StandardCharsets.UTF_8));
      context.res().flushBuffer();
      for (String next; (next = feed.next(HEARTBEAT_MILLIS)) != null; ) {
        out.write(next.getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    } catch (IOException e) {
      LOG.debug("a client has left its stream: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(feed);
      streams.release();
      feed.close();
    }
  }

  @Override
  public void close() {
    open.forEach(Feed::close);
    javalin.stop();
    dispatcher.close();
  }
}
