package dev.penstock.engine.wire;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A client that sends exactly what it is told and reads responses strictly: whatever RFC 9112 does
 * not allow a sender is an {@link AssertionError}. Each read has a deadline.
 */
public final class RawClient implements AutoCloseable {
  private static final int DEADLINE_MS = 10_000;

  private final Socket socket;
  private final InputStream in;

  private RawClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  public static RawClient connect(InetSocketAddress address) {
    return connect(address, 0);
  }

  /** Connects with a small receive buffer, to be a slow reader; 0 leaves it as it is. */
  public static RawClient connect(InetSocketAddress address, int receiveBytes) {
    try {
      Socket socket = new Socket();
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(DEADLINE_MS);
      if (receiveBytes > 0) socket.setReceiveBufferSize(receiveBytes);
      socket.connect(address, DEADLINE_MS);
      return new RawClient(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Over a socket that is connected already, of TLS for instance. */
  public static RawClient over(Socket socket) {
    try {
      socket.setSoTimeout(DEADLINE_MS);
      return new RawClient(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public RawClient send(String text) {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public RawClient send(byte... bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends as much as the gateway takes; that it closes in between is fine. */
  public RawClient sendIfOpen(String text) {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
    } catch (IOException e) {
      // The gateway has closed: what the test looks at is what it said before.
    }
    return this;
  }

  /** Sends a GET for {@code target} and reads the response. */
  public RawResponse get(String target) {
    return get(target, "a.test");
  }

  /** As {@link #get(String)}, of that host. */
  public RawResponse get(String target, String host) {
    send("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    return readResponse();
  }

  /** The next response to a request that is not HEAD, interim ones included. */
  public RawResponse readResponse() {
    return readResponse(false);
  }

  /** The next response, to a HEAD if {@code isHead}. */
  public RawResponse readResponse(boolean isHead) {
    try {
      return read(isHead);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("no complete response came in time", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RawResponse read(boolean isHead) throws IOException {
    RawResponse head = readHead();
    int status = head.status();
    List<String> fields = head.fields();
    if (isHead || status < 200 || status == 204 || status == 304) return head;
    String coding = head.field("Transfer-Encoding");
    String length = head.field("Content-Length");
    if (coding != null) {
      check(length == null, "both Content-Length and Transfer-Encoding: " + fields);
      check(coding.equals("chunked"), "Transfer-Encoding: " + coding);
      check(head.statusLine().startsWith("HTTP/1.1"), "chunked in " + head.statusLine());
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      readChunks(body);
      return new RawResponse(head.statusLine(), fields, body.toByteArray(), readFields());
    }
    if (length != null) {
      check(length.matches("[0-9]+"), "Content-Length: " + length);
      return new RawResponse(
          head.statusLine(), fields, exactly(Integer.parseInt(length)), List.of());
    }
    return new RawResponse(head.statusLine(), fields, in.readAllBytes(), List.of());
  }

  /** The head alone; what follows is left to be read. */
  public RawResponse readHead() {
    try {
      String line = line();
      check(line.matches("HTTP/1\\.[01] [1-5][0-9][0-9] [\\x20-\\x7e]*"), "status line: " + line);
      return new RawResponse(line, readFields(), new byte[0], List.of());
    } catch (SocketTimeoutException e) {
      throw new AssertionError("no response came in time", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> readFields() throws IOException {
    List<String> fields = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      check(line.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+:.*"), "field: " + line);
      fields.add(line);
    }
    return fields;
  }

  private void readChunks(ByteArrayOutputStream body) throws IOException {
    while (true) {
      String size = line();
      check(size.matches("[0-9a-fA-F]{1,8}"), "chunk size: " + size);
      int length = Integer.parseInt(size, 16);
      if (length == 0) return;
      body.write(exactly(length));
      check(line().isEmpty(), "no CRLF after a chunk");
    }
  }

  /** Exactly so many bytes. */
  public String read(int length) {
    try {
      return new String(exactly(length), StandardCharsets.ISO_8859_1);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("not so many bytes came in time: " + length, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length)
      throw new EOFException("closed after " + bytes.length + " of " + length + " bytes");
    return bytes;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      int b = in.read();
      if (b < 0) throw new EOFException("closed within \"" + line + "\"");
      if (b == '\n') {
        check(
            !line.isEmpty() && line.charAt(line.length() - 1) == '\r',
            "a line that ends with LF alone: " + line);
        line.setLength(line.length() - 1);
        return line.toString();
      }
      line.append((char) b);
    }
  }

  private static void check(boolean holds, String what) {
    if (!holds) throw new AssertionError("not a proper response: " + what);
  }

  /** Everything until the gateway closes; an end by reset counts as one. */
  public String readToEnd() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      for (int b = in.read(); b >= 0; b = in.read()) all.write(b);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("not closed in time; came: " + all, e);
    } catch (SocketException e) {
      all.writeBytes("<reset>".getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  /** The gateway closes and sends nothing before. */
  public void expectClosed() {
    String rest = readToEnd();
    check(rest.isEmpty() || rest.equals("<reset>"), "expected the end, not: " + rest);
  }

  /** Nothing comes within {@code millis}, and the connection stays open. */
  public void expectSilence(int millis) {
    try {
      socket.setSoTimeout(millis);
      int b = in.read();
      throw new AssertionError(b < 0 ? "closed" : "a byte came: " + b);
    } catch (SocketTimeoutException e) {
      reset(DEADLINE_MS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void reset(int deadlineMs) {
    try {
      socket.setSoTimeout(deadlineMs);
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends our side; what the gateway sends can still be read. */
  public RawClient halfClose() {
    try {
      socket.shutdownOutput();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the connection with RST. */
  public void reset() {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int localPort() {
    return socket.getLocalPort();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
