package dev.penstock.engine.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A server that does what a script says on each connection, and remembers what it received, to the
 * byte. Scripts run on virtual threads; an {@link IOException} in a script ends its connection, any
 * other exception or error fails the test at {@link #close}.
 */
public final class ScriptedUpstream implements AutoCloseable {
  /** What to do on one connection; it is closed when this returns. */
  public interface Script {
    void serve(Peer peer) throws IOException, InterruptedException;
  }

  /** What to do with one request; the connection stays open. */
  public interface Reply {
    void to(Request request, Peer peer) throws IOException, InterruptedException;
  }

  /** A request as it came; {@code raw} is all of it. */
  public record Request(int connection, String raw, String head, String body) {
    public String line() {
      return head.substring(0, head.indexOf("\r\n"));
    }

    /** Values of the fields with this name, in order. */
    public List<String> all(String name) {
      return head.lines()
          .skip(1)
          .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
          .map(line -> line.substring(name.length() + 1).strip())
          .toList();
    }

    public @Nullable String field(String name) {
      List<String> all = all(name);
      if (all.size() > 1) throw new AssertionError(name + " stands more than once: " + head);
      return all.isEmpty() ? null : all.getFirst();
    }
  }

  public static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final ServerSocket server;
  private final CopyOnWriteArrayList<Peer> peers = new CopyOnWriteArrayList<>();
  private final CopyOnWriteArrayList<Request> requests = new CopyOnWriteArrayList<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile Script script;

  private ScriptedUpstream(Script script, ServerSocketFactory sockets) {
    this.script = script;
    try {
      server = sockets.createServerSocket();
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().name("upstream").start(this::accept);
  }

  /** Answers each request with 200 and {@code ok}, on connections that stay open. */
  public static ScriptedUpstream ok() {
    return answering(OK);
  }

  /** Answers each request with {@code response}, as it stands; connections stay open. */
  public static ScriptedUpstream answering(String response) {
    return replying((request, peer) -> peer.send(response));
  }

  /** Reads requests one by one and has {@code reply} answer each. */
  public static ScriptedUpstream replying(Reply reply) {
    return running(peer -> {
      Request request;
      while ((request = peer.readRequest()) != null) reply.to(request, peer);
    });
  }

  public static ScriptedUpstream running(Script script) {
    return new ScriptedUpstream(script, ServerSocketFactory.getDefault());
  }

  /** As {@link #running}, in TLS. */
  public static ScriptedUpstream secure(SSLContext context, Script script) {
    return new ScriptedUpstream(script, context.getServerSocketFactory());
  }

  /** Connections accepted from now on do this. */
  public void script(Script now) {
    script = now;
  }

  /** {@code 127.0.0.1:port}, for a configuration. */
  public String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Complete requests so far, in the order of their arrival. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  public Request onlyRequest() {
    if (requests.size() != 1) throw new AssertionError("requests: " + requests);
    return requests.getFirst();
  }

  public Request lastRequest() {
    return requests.getLast();
  }

  /** Connections accepted so far. */
  public int connections() {
    return peers.size();
  }

  public Peer connection(int index) {
    TestGateway.await(() -> peers.size() > index, () -> peers.size() + " connections");
    return peers.get(index);
  }

  /** All bytes received on all connections. */
  public String received() {
    StringBuilder all = new StringBuilder();
    for (Peer peer : peers) all.append(peer.received());
    return all.toString();
  }

  public void awaitRequests(int count) {
    TestGateway.await(() -> requests.size() >= count, () -> requests);
  }

  private void accept() {
    while (true) {
      Socket socket;
      try {
        socket = server.accept();
      } catch (IOException e) {
        return;
      }
      Peer peer = new Peer(peers.size(), socket, requests::add);
      peers.add(peer);
      Thread.ofVirtual().name("upstream-connection").start(() -> serve(peer));
    }
  }

  private void serve(Peer peer) {
    try (peer) {
      script.serve(peer);
    } catch (IOException e) {
      // The gateway ended the connection, or the test is over.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e);
    } finally {
      peer.onOver();
    }
  }

  /** Stops listening, as a server that is down does; connections stay. */
  public void stopListening() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    stopListening();
    for (Peer peer : peers) peer.close();
    Throwable failed = failure.get();
    if (failed != null) throw new AssertionError("the upstream's script failed", failed);
  }
}
