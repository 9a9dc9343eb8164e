package dev.penstock.engine.wire;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The server's side of one connection to a {@link ScriptedUpstream}. */
public final class Peer implements AutoCloseable {
  private final int number;
  private final Socket socket;
  private final Consumer<ScriptedUpstream.Request> record;
  private final InputStream in;
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private final CountDownLatch over = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Semaphore steps = new Semaphore(0);

  public Peer(int number, Socket socket, Consumer<ScriptedUpstream.Request> record) {
    this.number = number;
    this.socket = socket;
    this.record = record;
    try {
      socket.setTcpNoDelay(true);
      in = new Recording(new BufferedInputStream(socket.getInputStream()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a request, strictly: a length or chunks. Null at the end of the connection. */
  public ScriptedUpstream.@Nullable Request readRequest() throws IOException {
    int from;
    synchronized (received) {
      from = received.size();
    }
    String head = readHead();
    if (head == null) return null;
    String body = "";
    String lower = head.toLowerCase(Locale.ROOT);
    int at = lower.indexOf("\r\ncontent-length:");
    if (lower.contains("\r\ntransfer-encoding: chunked")) {
      body = readChunks();
    } else if (at >= 0) {
      int end = lower.indexOf("\r\n", at + 2);
      body = read(Integer.parseInt(lower.substring(at + 17, end).strip()));
    }
    ScriptedUpstream.Request request =
        new ScriptedUpstream.Request(number, received().substring(from), head, body);
    record.accept(request);
    return request;
  }

  /** The head of a request with its empty line; null at the end of the connection. */
  public @Nullable String readHead() throws IOException {
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        if (head.isEmpty()) return null;
        throw new EOFException("closed within a head");
      }
      head.append((char) b);
    }
    return head.toString();
  }

  /** The content of chunks; the trailer section is read with them. */
  public String readChunks() throws IOException {
    StringBuilder body = new StringBuilder();
    while (true) {
      int length = Integer.parseInt(line(), 16);
      if (length == 0) {
        while (!line().isEmpty()) {}
        return body.toString();
      }
      body.append(read(length));
      if (!line().isEmpty()) throw new AssertionError("no CRLF after a chunk");
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) throw new EOFException("closed within a line");
      line.append((char) b);
    }
    if (line.isEmpty() || line.charAt(line.length() - 1) != '\r')
      throw new AssertionError("a line that ends with LF alone: " + line);
    return line.substring(0, line.length() - 1);
  }

  public String read(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) throw new EOFException("closed within a body");
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  public Peer send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public Peer send(byte[] bytes) throws IOException {
    // A reader that sees the end may close the socket as soon as the bytes are out.
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    return this;
  }

  /** Reads on until the gateway closes; whatever comes is remembered. */
  public void readToEnd() throws IOException {
    while (in.read() >= 0) {}
  }

  public Peer halfClose() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Ends the connection with RST. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** All that came so far. */
  public String received() {
    synchronized (received) {
      return received.toString(StandardCharsets.ISO_8859_1);
    }
  }

  public void awaitReceived(String text) {
    TestGateway.await(() -> received().contains(text), this::received);
  }

  /** In a script: waits until the test says {@link #goOn}. */
  public void awaitMore() throws InterruptedException {
    if (!steps.tryAcquire(10, TimeUnit.SECONDS)) throw new AssertionError("nobody said goOn");
  }

  /** Lets the script go on behind one {@link #awaitMore}. */
  public void goOn() {
    steps.release();
  }

  public void onOver() {
    over.countDown();
  }

  /** Waits until the script has come to its end, or the connection to its own. */
  public void awaitOver() {
    await(over, "the connection is still served");
  }

  /** Waits until a read has seen the end of what the gateway sends, by FIN or RST. */
  public void awaitEnded() {
    await(ended, "the gateway has not ended the connection");
  }

  private static void await(CountDownLatch latch, String otherwise) {
    try {
      if (!latch.await(10, TimeUnit.SECONDS)) throw new AssertionError(otherwise);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Remembers what is read. */
  private final class Recording extends FilterInputStream {
    Recording(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      try {
        int b = super.read();
        synchronized (received) {
          if (b >= 0) received.write(b);
        }
        if (b < 0) ended.countDown();
        return b;
      } catch (IOException e) {
        ended.countDown();
        throw e;
      }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        int count = super.read(bytes, offset, length);
        synchronized (received) {
          if (count > 0) received.write(bytes, offset, count);
        }
        if (count < 0) ended.countDown();
        return count;
      } catch (IOException e) {
        ended.countDown();
        throw e;
      }
    }
  }
}
