package dev.penstock.engine.wire;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HttpLimits;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.http.h2.Breach;
import dev.penstock.engine.http.h2.ErrorCode;
import dev.penstock.engine.http.h2.FrameReader;
import dev.penstock.engine.http.h2.FrameSink;
import dev.penstock.engine.http.h2.FrameWriter;
import dev.penstock.engine.http.h2.Frames;
import dev.penstock.engine.http.h2.HeadDecoder;
import dev.penstock.engine.http.h2.RawFields;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A client of HTTP/2 that sends exactly the frames it is told, and reads strictly: whatever RFC
 * 9113 does not allow a server is an {@link AssertionError}. Each read has a deadline.
 */
public final class Http2Client implements AutoCloseable {
  private static final int DEADLINE_MS = 10_000;

  private final Socket socket;
  private final FrameWriter writer = new FrameWriter();
  private final FrameReader reader;
  private final HeadDecoder heads = new HeadDecoder(HttpLimits.DEFAULT);
  private final ArrayDeque<String> events = new ArrayDeque<>();
  private final List<String> said = new ArrayList<>();
  private final Map<Integer, Http2Response> responses = new HashMap<>();
  private boolean givesWindows = true;
  private boolean isClosed;

  private Http2Client(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(DEADLINE_MS);
    this.socket = socket;
    this.reader = new FrameReader(new Ear(), false, 1 << 20, new byte[Frames.MIN_MAX_FRAME]);
  }

  /** Connects and sends preface and settings, as pairs of number and value. */
  public static Http2Client connect(InetSocketAddress address, int... settings) {
    try {
      return over(new Socket(address.getAddress(), address.getPort()), settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@link #connect}, on a socket that is connected already. */
  public static Http2Client over(Socket socket, int... settings) {
    try {
      Http2Client client = new Http2Client(socket);
      client.frames(w -> {
        w.preface();
        w.settings(settings);
      });
      return client;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connects and sends nothing. */
  public static Http2Client silent(InetSocketAddress address) {
    try {
      return new Http2Client(new Socket(address.getAddress(), address.getPort()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Does not answer data with windows of its own accord any more. */
  public Http2Client keepWindows() {
    givesWindows = false;
    return this;
  }

  // ---- sending

  public Http2Client send(byte[]... frames) {
    try {
      for (byte[] each : frames) socket.getOutputStream().write(each);
      return this;
    } catch (IOException e) {
      // The gateway has closed: what the test looks at is what it said before.
      return this;
    }
  }

  public Http2Client frames(Consumer<FrameWriter> writing) {
    writer.clear();
    writing.accept(writer);
    return send(java.util.Arrays.copyOf(writer.bytes(), writer.length()));
  }

  /** A HEADERS frame with literal fields. */
  public Http2Client headers(int stream, boolean ends, byte[] block) {
    int flags = Frames.END_HEADERS | (ends ? Frames.END_STREAM : 0);
    return send(RawFields.frame(Frames.HEADERS, flags, stream, block));
  }

  /** A GET for {@code path} of {@code a.test}. */
  public Http2Client get(int stream, String path, String... more) {
    return request(stream, "GET", path, true, more);
  }

  public Http2Client request(int stream, String method, String path, boolean ends, String... more) {
    byte[] pseudo =
        RawFields.block(
            ":method", method, ":scheme", "http", ":path", path, ":authority", "a.test");
    return headers(stream, ends, RawFields.join(pseudo, RawFields.block(more)));
  }

  public Http2Client data(int stream, String text, boolean ends) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return send(RawFields.frame(Frames.DATA, ends ? Frames.END_STREAM : 0, stream, bytes));
  }

  // ---- reading

  /** All events so far, in words. */
  public List<String> said() {
    return said;
  }

  /**
   * The next event: {@code "head 1 200"}, {@code "data 1 5"}, {@code "end 1"}, {@code "reset 1
   * CANCEL"}, {@code "goaway 1 NO_ERROR"}, {@code "ping ack 7"}, {@code "closed"}…
   */
  public String next() {
    while (events.isEmpty()) {
      if (isClosed) return "closed";
      read();
    }
    String event = events.removeFirst();
    said.add(event);
    return event;
  }

  /** Reads until that event has come. */
  public Http2Client await(String event) {
    for (String each = next(); !each.equals(event); each = next()) {
      if (each.equals("closed"))
        throw new AssertionError("closed without \"" + event + "\" after " + said);
    }
    return this;
  }

  /** Reads until an event begins like that, and returns it. */
  public String awaitLike(String beginning) {
    for (String each = next(); ; each = next()) {
      if (each.startsWith(beginning)) return each;
      if (each.equals("closed"))
        throw new AssertionError("closed without \"" + beginning + "\" after " + said);
    }
  }

  /** Whatever was sent before has been read and dealt with when this returns. */
  public Http2Client sync() {
    long opaque = 4711 + said.size();
    frames(w -> w.ping(opaque, false));
    return await("ping ack " + opaque);
  }

  /** The response, complete or reset. */
  public Http2Response response(int stream) {
    Http2Response response = soFar(stream);
    while (!response.isOver()) {
      if (next().equals("closed"))
        throw new AssertionError("closed within response " + stream + " after " + said);
    }
    return response;
  }

  /** What has come of the response. */
  public Http2Response soFar(int stream) {
    return responses.computeIfAbsent(stream, s -> new Http2Response());
  }

  private void read() {
    byte[] bytes = new byte[16384];
    try {
      int n = socket.getInputStream().read(bytes);
      if (n < 0) isClosed = true;
      else reader.read(ByteBuffer.wrap(bytes, 0, n));
    } catch (SocketTimeoutException e) {
      throw new AssertionError("nothing came in time after " + said, e);
    } catch (SocketException e) {
      isClosed = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Nothing comes within {@code millis} that has not come already. */
  public void expectSilence(int millis) {
    try {
      while (!events.isEmpty()) next();
      socket.setSoTimeout(millis);
      int b = socket.getInputStream().read();
      throw new AssertionError(b < 0 ? "closed" : "something came");
    } catch (SocketTimeoutException e) {
      setTimeout();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void setTimeout() {
    try {
      socket.setSoTimeout(DEADLINE_MS);
    } catch (SocketException e) {
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

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Turns frames into events, and checks what a server may send. */
  private final class Ear implements FrameSink {
    @Override
    public void onData(int stream, int length) {
      events.add("data " + stream + " " + length);
      if (!soFar(stream).hasHead()) throw new AssertionError("data without a head on " + stream);
      if (!givesWindows || length == 0) return;
      frames(w -> {
        w.windowUpdate(0, length);
        w.windowUpdate(stream, length);
      });
    }

    @Override
    public void onDataPart(int stream, ByteBuffer part) {
      soFar(stream).body(StandardCharsets.ISO_8859_1.decode(part).toString());
    }

    @Override
    public void onDataEnd(int stream, boolean ends) {
      if (ends) end(stream);
    }

    private void end(int stream) {
      events.add("end " + stream);
      soFar(stream).end("end");
    }

    @Override
    public void onFieldBlock(int stream, byte[] block, int at, int length, boolean ends) {
      Http2Response response = soFar(stream);
      if (response.hasHead()) {
        HeaderMap trailers = new HeaderMap();
        check(heads.trailers(block, at, length, trailers));
        if (!ends) throw new AssertionError("a second head on stream " + stream);
        response.trailers(trailers.toString());
        events.add("trailers " + stream);
      } else {
        ResponseHead head = new ResponseHead();
        check(heads.response(block, at, length, ends, true, head));
        response.head(head.status(), head.headers());
        events.add("head " + stream + " " + head.status());
      }
      if (ends) end(stream);
    }

    private void check(boolean isReadable) {
      if (!isReadable || heads.violation() != null)
        throw new AssertionError("not a proper head: " + isReadable + " " + heads.violation());
    }

    @Override
    public void onReset(int stream, ErrorCode code) {
      events.add("reset " + stream + " " + code);
      soFar(stream).end("reset " + code);
    }

    @Override
    public void onSettings(byte[] settings, int at, int length) {
      events.add("settings");
      frames(FrameWriter::settingsAck);
    }

    @Override
    public void onSettingsAck() {
      events.add("settings ack");
    }

    @Override
    public void onPing(long opaque) {
      events.add("ping " + opaque);
      frames(w -> w.ping(opaque, true));
    }

    @Override
    public void onPingAck(long opaque) {
      events.add("ping ack " + opaque);
    }

    @Override
    public void onGoAway(int lastStream, ErrorCode code) {
      events.add("goaway " + lastStream + " " + code);
    }

    @Override
    public void onWindowUpdate(int stream, int increment) {
      events.add("window " + stream + " " + increment);
    }

    @Override
    public void onOldPriority(int stream) {
      throw new AssertionError("a server sends no priorities");
    }

    @Override
    public void onPriorityUpdate(int stream, byte[] value, int at, int length) {
      throw new AssertionError("a server sends no priorities");
    }

    @Override
    public void onUnknownFrame() {
      throw new AssertionError("an unknown frame");
    }

    @Override
    public void onStreamBreach(int stream, Breach breach) {
      throw new AssertionError("on stream " + stream + ": " + breach);
    }

    @Override
    public void onBreach(Breach breach) {
      throw new AssertionError(breach.toString());
    }
  }
}
