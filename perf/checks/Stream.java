import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** Sends and checks bodies of any size; run by {@code stream-4g.sh} as a source file. */
public final class Stream {
  private static final int BLOCK = 64 << 10;

  private Stream() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("serve")) serve(Path.of(arguments[1]));
    else pass(arguments[1], Long.parseLong(arguments[2]) << 30);
  }

  /** GET /N sends N bytes; PUT takes a body and answers with its checksum. */
  private static void serve(Path port) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Path part = port.resolveSibling("port.part");
      Files.writeString(part, Integer.toString(server.getLocalPort()));
      Files.move(part, port);
      while (true) {
        Socket socket = server.accept();
        Thread.ofPlatform().daemon().start(() -> answer(socket));
      }
    }
  }

  private static void answer(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream(), BLOCK);
      OutputStream out = socket.getOutputStream();
      for (String head; (head = head(in)) != null; ) {
        if (head.startsWith("GET /")) {
          long total = Long.parseLong(head.substring(5, head.indexOf(' ', 5)));
          say(out, "HTTP/1.1 200 OK\r\nContent-Length: " + total + "\r\n\r\n");
          send(out, total);
        } else {
          String sum = Long.toString(read(in, length(head)));
          say(out, "HTTP/1.1 200 OK\r\nContent-Length: " + sum.length() + "\r\n\r\n" + sum);
        }
      }
    } catch (IOException e) {
      System.err.println("server: " + e);
    }
  }

  private static void pass(String address, long total) throws IOException {
    int colon = address.lastIndexOf(':');
    InetSocketAddress to =
        new InetSocketAddress(
            address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    long expected = expected(total);
    try (Socket socket = new Socket()) {
      socket.connect(to);
      InputStream in = new BufferedInputStream(socket.getInputStream(), BLOCK);
      OutputStream out = socket.getOutputStream();
      long begin = System.nanoTime();
      say(out, "GET /" + total + " HTTP/1.1\r\nHost: check.test\r\n\r\n");
      check(read(in, length(head(in))) == expected, "the download differs");
      report("download", total, begin);
      begin = System.nanoTime();
      say(out, "PUT / HTTP/1.1\r\nHost: check.test\r\nContent-Length: " + total + "\r\n\r\n");
      send(out, total);
      String head = head(in);
      String sum = new String(in.readNBytes((int) length(head)), StandardCharsets.US_ASCII);
      check(Long.parseLong(sum) == expected, "the upload differs");
      report("upload", total, begin);
    }
  }

  private static void report(String what, long total, long begin) {
    double seconds = (System.nanoTime() - begin) / 1e9;
    System.out.printf(
        "%s: %d bytes in %.1f s, %.0f MiB/s, every byte right%n",
        what, total, seconds, total / seconds / (1 << 20));
  }

  private static void check(boolean holds, String otherwise) {
    if (holds) return;
    System.err.println(otherwise);
    System.exit(1);
  }

  /** Another pattern in each block, at little cost. */
  private static void fill(byte[] block, long number) {
    for (int i = 0; i < 64; i++) block[i * 1024] = (byte) (number * 31 + i);
  }

  private static void send(OutputStream out, long total) throws IOException {
    byte[] block = new byte[BLOCK];
    for (long at = 0; at < total; at += BLOCK) {
      fill(block, at / BLOCK);
      out.write(block);
    }
    out.flush();
  }

  private static long expected(long total) {
    CRC32C sum = new CRC32C();
    byte[] block = new byte[BLOCK];
    for (long at = 0; at < total; at += BLOCK) {
      fill(block, at / BLOCK);
      sum.update(block);
    }
    return sum.getValue();
  }

  private static long read(InputStream in, long length) throws IOException {
    CRC32C sum = new CRC32C();
    byte[] block = new byte[BLOCK];
    while (length > 0) {
      int n = in.read(block, 0, (int) Math.min(BLOCK, length));
      if (n < 0) throw new IOException(length + " bytes are missing");
      sum.update(block, 0, n);
      length -= n;
    }
    return sum.getValue();
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) return null;
      head.append((char) b);
    }
    return head.toString();
  }

  private static long length(String head) {
    for (String line : head.split("\r\n")) {
      if (line.toLowerCase().startsWith("content-length:"))
        return Long.parseLong(line.substring(15).strip());
    }
    throw new IllegalArgumentException("no length: " + head);
  }

  private static void say(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }
}
