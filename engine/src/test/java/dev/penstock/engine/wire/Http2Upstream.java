package dev.penstock.engine.wire;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HttpLimits;
import dev.penstock.engine.http.RequestHead;
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
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/**
 * A server of HTTP/2 that says exactly what a test tells it, and reads strictly: what RFC 9113 does
 * not allow a client is an event that begins with {@code breach}.
 */
public final class Http2Upstream implements AutoCloseable {
  /** Answers requests, on the thread that reads the connection. */
  public interface Script {
    /** A request is complete. */
    void answer(Peer peer, Request request);

    /** Its head has come. */
    default void onHead(Peer peer, Request request) {}
  }

  /** What has come of one request. */
  public static final class Request {
    public final int connection;
    public final int stream;
    public final RequestHead head = new RequestHead();
    private final StringBuilder body = new StringBuilder();
    public volatile String trailers = "";
    public volatile boolean isComplete;

    Request(int connection, int stream) {
      this.connection = connection;
      this.stream = stream;
    }

    public synchronized String body() {
      return body.toString();
    }

    synchronized void add(CharSequence part) {
      body.append(part);
    }

    public @Nullable String field(String name) {
      return head.headers().joined(name);
    }

    public String path() {
      return head.target().toString();
    }
  }

  private final ServerSocket server;
  private final Script script;
  private final int[] settings;
  private final List<Peer> peers = new CopyOnWriteArrayList<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<String> events = new CopyOnWriteArrayList<>();

  private Http2Upstream(ServerSocket server, Script script, int... settings) {
    this.server = server;
    this.script = script;
    this.settings = settings;
    Thread.ofVirtual().start(this::accept);
  }

  public static Http2Upstream start(Script script, int... settings) {
    try {
      return new Http2Upstream(
          new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script, settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Over TLS, with these protocols to agree upon. */
  public static Http2Upstream secure(SSLContext context, List<String> protocols, Script script) {
    try {
      SSLServerSocket socket =
          (SSLServerSocket)
              context
                  .getServerSocketFactory()
                  .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(protocols.toArray(String[]::new));
      socket.setSSLParameters(parameters);
      return new Http2Upstream(socket, script);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Answers everything with 200 and {@code ok}. */
  public static Http2Upstream ok() {
    return start((peer, request) -> peer.ok(request.stream));
  }

  public String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  public int connections() {
    return peers.size();
  }

  public Peer peer(int index) {
    TestGateway.await(() -> peers.size() > index, peers::size);
    return peers.get(index);
  }

  public List<Request> requests() {
    return requests;
  }

  public Request lastRequest() {
    return requests.getLast();
  }

  /** What else was said: {@code "reset 1 CANCEL"}, {@code "ping"}, {@code "goaway NO_ERROR"}. */
  public List<String> events() {
    return events;
  }

  public void await(String event) {
    TestGateway.await(() -> events.contains(event), () -> events);
  }

  public void awaitRequests(int count) {
    TestGateway.await(() -> requests.size() >= count, requests::size);
  }

  private void accept() {
    while (true) {
      try {
        Peer peer = new Peer(server.accept(), peers.size());
        peers.add(peer);
        Thread.ofVirtual().start(peer::run);
      } catch (IOException e) {
        return;
      }
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Peer each : peers) each.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One connection. */
  public final class Peer implements FrameSink {
    private final Socket socket;
    private final int index;
    private final FrameWriter writer = new FrameWriter();
    private final HeadDecoder heads = new HeadDecoder(HttpLimits.DEFAULT);
    private final Map<Integer, Request> open = new HashMap<>();
    private volatile boolean givesWindows = true;

    Peer(Socket socket, int index) {
      this.socket = socket;
      this.index = index;
    }

    void run() {
      FrameReader reader = new FrameReader(this, true, 1 << 20, new byte[Frames.MIN_MAX_FRAME]);
      byte[] bytes = new byte[16384];
      try {
        socket.setTcpNoDelay(true);
        frames(w -> w.settings(settings));
        for (int n; (n = socket.getInputStream().read(bytes)) >= 0; )
          reader.read(ByteBuffer.wrap(bytes, 0, n));
      } catch (IOException e) {
        // The gateway, or the test, has closed.
      }
      events.add("closed " + index);
    }

    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Answers data with windows no more. */
    public void keepWindows() {
      givesWindows = false;
    }

    // ---- sending

    public synchronized void send(byte[]... frames) {
      try {
        for (byte[] each : frames) socket.getOutputStream().write(each);
      } catch (IOException e) {
        events.add("unsent");
      }
    }

    public synchronized void frames(Consumer<FrameWriter> writing) {
      writer.clear();
      writing.accept(writer);
      send(Arrays.copyOf(writer.bytes(), writer.length()));
    }

    public void head(int stream, int status, boolean ends, String... fields) {
      byte[] block =
          RawFields.join(
              RawFields.block(":status", Integer.toString(status)), RawFields.block(fields));
      block(stream, ends, block);
    }

    /** HEADERS with these fields only. */
    public void block(int stream, boolean ends, byte[] block) {
      int flags = Frames.END_HEADERS | (ends ? Frames.END_STREAM : 0);
      send(RawFields.frame(Frames.HEADERS, flags, stream, block));
    }

    public void data(int stream, String text, boolean ends) {
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      send(RawFields.frame(Frames.DATA, ends ? Frames.END_STREAM : 0, stream, bytes));
    }

    public void ok(int stream) {
      head(stream, 200, false, "content-length", "2");
      data(stream, "ok", true);
    }

    public void reset(int stream, ErrorCode code) {
      frames(w -> w.reset(stream, code));
    }

    public void goAway(int last, ErrorCode code) {
      frames(w -> w.goAway(last, code));
    }

    // ---- reading

    private Request get(int stream) {
      Request request = open.get(stream);
      return request == null ? new Request(index, stream) : request;
    }

    @Override
    public void onFieldBlock(int stream, byte[] block, int at, int length, boolean ends) {
      Request request = open.get(stream);
      boolean isReadable;
      if (request == null) {
        request = new Request(index, stream);
        open.put(stream, request);
        isReadable = heads.request(block, at, length, ends, request.head);
        requests.add(request);
      } else {
        HeaderMap trailers = new HeaderMap();
        isReadable = heads.trailers(block, at, length, trailers);
        request.trailers = trailers.toString();
      }
      if (!isReadable || heads.violation() != null)
        events.add("breach: " + isReadable + " " + heads.violation());
      if (request.trailers.isEmpty()) script.onHead(this, request);
      if (ends) end(request);
    }

    private void end(Request request) {
      request.isComplete = true;
      script.answer(this, request);
    }

    @Override
    public void onData(int stream, int length) {
      if (!givesWindows || length == 0) return;
      frames(w -> {
        w.windowUpdate(0, length);
        w.windowUpdate(stream, length);
      });
    }

    @Override
    public void onDataPart(int stream, ByteBuffer part) {
      get(stream).add(StandardCharsets.ISO_8859_1.decode(part));
    }

    @Override
    public void onDataEnd(int stream, boolean ends) {
      if (ends) end(get(stream));
    }

    @Override
    public void onReset(int stream, ErrorCode code) {
      events.add("reset " + stream + " " + code);
    }

    @Override
    public void onSettings(byte[] settings, int at, int length) {
      frames(FrameWriter::settingsAck);
    }

    @Override
    public void onSettingsAck() {
      events.add("settings ack");
    }

    @Override
    public void onPing(long opaque) {
      events.add("ping");
      frames(w -> w.ping(opaque, true));
    }

    @Override
    public void onPingAck(long opaque) {
      events.add("ping ack " + opaque);
    }

    @Override
    public void onGoAway(int lastStream, ErrorCode code) {
      events.add("goaway " + code);
    }

    @Override
    public void onWindowUpdate(int stream, int increment) {
      events.add("window " + stream);
    }

    @Override
    public void onOldPriority(int stream) {
      events.add("breach: priority");
    }

    @Override
    public void onPriorityUpdate(int stream, byte[] value, int at, int length) {
      events.add("breach: priority");
    }

    @Override
    public void onUnknownFrame() {
      events.add("breach: unknown frame");
    }

    @Override
    public void onStreamBreach(int stream, Breach breach) {
      events.add("breach: " + breach);
    }

    @Override
    public void onBreach(Breach breach) {
      events.add("breach: " + breach);
    }
  }
}
