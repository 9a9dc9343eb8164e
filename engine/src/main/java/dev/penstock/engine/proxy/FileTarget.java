package dev.penstock.engine.proxy;

import dev.penstock.engine.files.FileSite;
import dev.penstock.engine.files.WorkerFiles;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.ProxyError.Kind;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.wire.WorkerThread;

/** Answers the exchanges of routes with {@code files:}. Worker-confined. */
final class FileTarget {
  private static final String ALLOWED = "GET, HEAD, OPTIONS";

  private final ExchangeDriver driver;
  private final Responder responder;
  private final WorkerFiles files;

  FileTarget(ExchangeDriver driver, Responder responder, WorkerThread worker) {
    this.driver = driver;
    this.responder = responder;
    files = new WorkerFiles(worker::execute, worker.clock());
  }

  void answer(LiveExchange exchange, FileSite site) {
    if (!exchange.request.isMethod("GET") && !exchange.request.isMethod("HEAD")) {
      other(exchange);
      return;
    }
    Response known = files.known(site, exchange.request);
    if (known != null) {
      responder.respond(exchange, known);
      return;
    }
    int use = exchange.generation;
    driver.onSuspended(exchange);
    files.look(
        site,
        exchange.request.path(),
        found -> {
          if (use != exchange.generation || !exchange.isAlive() || exchange.isHeadSent) return;
          driver.onResumed(exchange);
          responder.respond(exchange, found.answer(exchange.request));
        });
  }

  private void other(LiveExchange exchange) {
    if (exchange.request.isMethod("OPTIONS")) {
      responder.respond(exchange, new Response(204).header("Allow", ALLOWED));
      return;
    }
    responder.respond(
        exchange,
        Answers.plain(405, "files can only be read").header("Allow", ALLOWED),
        ProxyError.of(Kind.METHOD_NOT_ALLOWED, "files can only be read"));
  }

  /** What was seen is looked for anew. */
  void clear() {
    files.clear();
  }
}
