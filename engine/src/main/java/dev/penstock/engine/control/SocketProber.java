package dev.penstock.engine.control;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HttpLimits;
import dev.penstock.engine.http.HttpSink;
import dev.penstock.engine.http.Methods;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.http.Violation;
import dev.penstock.engine.http.h1.Http1ResponseDecoder;
import dev.penstock.engine.time.NanoClock;
import dev.penstock.engine.tls.TlsClient;
import dev.penstock.engine.upstream.HealthCheckRules;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Probes by blocking sockets, each on a virtual thread and a connection of its own that is closed
 * afterwards.
 */
final class SocketProber implements Prober {
  private static final int NS_PER_MS = 1_000_000;

  private final NanoClock clock;

  SocketProber(NanoClock clock) {
    this.clock = clock;
  }

  @Override
  public void probe(Target target, Consumer<Result> done) {
    Thread.ofVirtual().name("penstock-probe").start(() -> done.accept(probe(target)));
  }

  private Result probe(Target target) {
    long deadlineNs = clock.nanoTime() + target.rules().timeout().toNanos();
    Result last = new Result(false, "no address");
    for (InetSocketAddress address : target.addresses()) {
      try (Socket socket = new Socket()) {
        socket.connect(address, leftMs(deadlineNs));
        if (target.rules().type() == HealthCheckRules.Kind.TCP)
          return new Result(true, "connected");
        socket.setTcpNoDelay(true);
        TlsClient tls = target.tls();
        if (tls == null) return ask(socket, target, deadlineNs);
        socket.setSoTimeout(leftMs(deadlineNs));
        try (Socket secured =
            tls.over(socket, target.endpoint().host(), target.endpoint().port())) {
          return ask(secured, target, deadlineNs);
        }
      } catch (SocketTimeoutException e) {
        return new Result(false, "no answer within " + target.rules().timeout().toMillis() + " ms");
      } catch (IOException e) {
        last = new Result(false, String.valueOf(e.getMessage()));
      } catch (RuntimeException e) {
        // Whatever happens the checker must hear of it, or this endpoint is never probed again.
        last = new Result(false, e.toString());
      }
    }
    return last;
  }

  private Result ask(Socket socket, Target target, long deadlineNs) throws IOException {
    HealthCheckRules rules = target.rules();
    String host = rules.host() == null ? target.endpoint().authority() : rules.host();
    String request =
        "GET "
            + rules.path()
            + " HTTP/1.1\r\nHost: "
            + host
            + "\r\nUser-Agent: penstock-health-check\r\nAccept: */*\r\nConnection: close\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    Answer answer = new Answer(rules);
    Http1ResponseDecoder decoder =
        new Http1ResponseDecoder(answer, HttpLimits.DEFAULT, EnumSet.noneOf(Violation.class));
    decoder.next(new ResponseHead(), Methods.GET);
    InputStream in = socket.getInputStream();
    byte[] buffer = new byte[4096];
    while (answer.result == null) {
      socket.setSoTimeout(leftMs(deadlineNs));
      int read = in.read(buffer);
      if (read < 0) {
        decoder.endOfInput();
        break;
      }
      decoder.decode(ByteBuffer.wrap(buffer, 0, read));
    }
    Result result = answer.result;
    return result == null ? new Result(false, "closed before an answer") : result;
  }

  private int leftMs(long deadlineNs) throws SocketTimeoutException {
    long left = (deadlineNs - clock.nanoTime() + NS_PER_MS - 1) / NS_PER_MS;
    // 0 would mean to wait for ever.
    if (left <= 0) throw new SocketTimeoutException();
    return (int) left;
  }

  /** Judges an answer as soon as enough of it is known. A redirect is a status like another. */
  private static final class Answer implements HttpSink<ResponseHead> {
    private final HealthCheckRules rules;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private @Nullable Result result;

    Answer(HealthCheckRules rules) {
      this.rules = rules;
    }

    @Override
    public void onHead(ResponseHead head, BodyFraming framing, long length) {
      if (head.isInterim() || result != null) return;
      if (!rules.healthyStatuses().contains(head.status())) {
        result = new Result(false, "status " + head.status());
      } else if (rules.bodyContains() == null) {
        result = new Result(true, "status " + head.status());
      }
    }

    @Override
    public void onBody(ByteBuffer part) {
      int wanted = Math.min(part.remaining(), HealthCheckRules.MAX_BODY_BYTES - body.size());
      for (int i = 0; i < wanted; i++) body.write(part.get(part.position() + i));
      if (body.size() == HealthCheckRules.MAX_BODY_BYTES || isFound()) judgeBody();
    }

    @Override
    public void onTrailers(HeaderMap trailers) {}

    @Override
    public void onEnd() {
      judgeBody();
    }

    @Override
    public void onViolation(Violation violation) {
      if (result == null) result = new Result(false, "not HTTP: " + violation);
    }

    private void judgeBody() {
      if (result != null) return;
      boolean found = isFound();
      result = new Result(found, found ? "body holds the text" : "body lacks the text");
    }

    private boolean isFound() {
      String text = rules.bodyContains();
      return text != null && body.toString(StandardCharsets.UTF_8).contains(text);
    }
  }
}
