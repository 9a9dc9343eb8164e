import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** WebSockets and requests during reloads; run by {@code tunnels-and-reloads.sh} as a source file. */
public final class Tunnels {
  private static final String UPGRADE =
      "GET /ws HTTP/1.1\r\nHost: check.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
          + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  private static final String AGREED =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
          + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

  private Tunnels() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("serve")) serve(Path.of(arguments[1]));
    else run(arguments);
  }

  private static void serve(Path port) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 4096, InetAddress.getLoopbackAddress())) {
      Path part = port.resolveSibling("port.part");
      Files.writeString(part, Integer.toString(server.getLocalPort()));
      Files.move(part, port);
      while (true) {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> answer(socket));
      }
    }
  }

  private static void answer(Socket socket) {
    try (socket) {
      DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 512));
      OutputStream out = socket.getOutputStream();
      for (String head; (head = head(in)) != null; ) {
        if (!head.contains("pgrade: websocket")) {
          say(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
          continue;
        }
        say(out, AGREED);
        byte[] message = new byte[8];
        while (true) {
          in.readFully(message);
          out.write(message);
        }
      }
    } catch (IOException e) {
      // The other side has closed.
    }
  }

  private record Ws(Socket socket, DataInputStream in) {}

  private static void run(String[] arguments) throws Exception {
    InetSocketAddress to = address(arguments[1]);
    String admin = "http://" + arguments[2] + "/metrics";
    String pid = arguments[3];
    Path config = Path.of(arguments[4]);
    int sockets = Integer.parseInt(arguments[5]);
    int reloads = Integer.parseInt(arguments[6]);
    List<Ws> open = new ArrayList<>();
    for (int i = 0; i < sockets; i++) {
      Socket socket = connect(to);
      DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 64));
      say(socket.getOutputStream(), UPGRADE);
      String head = head(in);
      if (head == null || !head.contains(" 101 ")) throw new IOException("no tunnel: " + head);
      open.add(new Ws(socket, in));
    }
    ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    AtomicLong requests = new AtomicLong();
    AtomicBoolean isOver = new AtomicBoolean();
    List<Thread> load = new ArrayList<>();
    for (int i = 0; i < 16; i++)
      load.add(Thread.ofVirtual().start(() -> load(to, isOver, requests, failures)));
    String text = Files.readString(config);
    long begin = System.nanoTime();
    long echoes = 0;
    for (int i = 1; i <= reloads; i++) {
      long before = version(admin);
      Files.writeString(config, text.replace("up0", "up" + i % 3).replace("r0", "r" + i % 3));
      new ProcessBuilder("kill", "-HUP", pid).start().waitFor();
      long deadline = System.nanoTime() + 20_000_000_000L;
      while (version(admin) == before) {
        if (System.nanoTime() > deadline) throw new IOException("reload " + i + " did not happen");
        LockSupport.parkNanos(2_000_000);
      }
      if (i % 10 == 0) echoes += echo(open, i, failures);
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    isOver.set(true);
    for (Thread each : load) each.join();
    echoes += echo(open, reloads + 1, failures);
    System.out.printf(
        "%d reloads in %.1f s; %d WebSockets, %d messages there and back; %d requests; %d failures%n",
        reloads, seconds, sockets, echoes, requests.get(), failures.size());
    failures.stream().limit(10).forEach(System.out::println);
    for (Ws each : open) each.socket.close();
    if (!failures.isEmpty()) System.exit(1);
  }

  private static long echo(List<Ws> open, long number, ConcurrentLinkedQueue<String> failures) {
    long done = 0;
    for (Ws each : open) {
      try {
        say(each.socket.getOutputStream(), "%08d".formatted(number));
      } catch (IOException e) {
        failures.add("WebSocket: " + e);
      }
    }
    for (Ws each : open) {
      try {
        String came = new String(each.in.readNBytes(8), StandardCharsets.US_ASCII);
        if (came.equals("%08d".formatted(number))) done++;
        else failures.add("WebSocket: " + came);
      } catch (IOException e) {
        failures.add("WebSocket: " + e);
      }
    }
    return done;
  }

  private static void load(
      InetSocketAddress to,
      AtomicBoolean isOver,
      AtomicLong requests,
      ConcurrentLinkedQueue<String> failures) {
    while (!isOver.get()) {
      try (Socket socket = connect(to)) {
        DataInputStream in =
            new DataInputStream(new BufferedInputStream(socket.getInputStream(), 512));
        for (int i = 0; i < 500 && !isOver.get(); i++) {
          say(socket.getOutputStream(), "GET / HTTP/1.1\r\nHost: check.test\r\n\r\n");
          String head = head(in);
          if (head == null || !head.contains(" 200 ")) {
            failures.add("request: " + head);
            return;
          }
          in.readNBytes(2);
          requests.incrementAndGet();
        }
      } catch (IOException e) {
        failures.add("request: " + e);
        return;
      }
    }
  }

  private static long version(String admin) throws IOException {
    String text;
    try (InputStream in = URI.create(admin).toURL().openStream()) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    Matcher row = Pattern.compile("^penstock_config_version (\\S+)", Pattern.MULTILINE).matcher(text);
    if (!row.find()) throw new IOException("no version in the metrics");
    return (long) Double.parseDouble(row.group(1));
  }

  private static Socket connect(InetSocketAddress to) throws IOException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.connect(to);
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    return new InetSocketAddress(
        text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }

  private static String head(DataInputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) return null;
      head.append((char) b);
    }
    return head.toString();
  }

  private static void say(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }
}
