import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens connections, makes one request on each, and keeps them until standard input ends; run by
 * {@code idle-connections.sh}.
 */
public final class Idle {
  private Idle() {}

  public static void main(String[] arguments) throws IOException {
    int colon = arguments[0].lastIndexOf(':');
    InetSocketAddress to =
        new InetSocketAddress(
            arguments[0].substring(0, colon),
            Integer.parseInt(arguments[0].substring(colon + 1)));
    int count = Integer.parseInt(arguments[1]);
    List<SocketChannel> open = new ArrayList<>();
    ByteBuffer in = ByteBuffer.allocate(4096);
    byte[] request = "GET / HTTP/1.1\r\nHost: check.test\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < count; i++) {
      SocketChannel channel = SocketChannel.open();
      // One address has too few ports for very many connections.
      channel.bind(new InetSocketAddress("127.0.0." + (2 + i / 20_000), 0));
      channel.connect(to);
      channel.write(ByteBuffer.wrap(request));
      in.clear();
      if (channel.read(in) < 0) throw new IOException("refused after " + i);
      open.add(channel);
    }
    System.out.println("open: " + open.size());
    while (System.in.read() >= 0) {}
    for (SocketChannel each : open) each.close();
  }
}
