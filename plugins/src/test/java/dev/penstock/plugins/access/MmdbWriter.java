package dev.penstock.plugins.access;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes small files in MaxMind's format (version 2.0 of its specification), with 24-bit records.
 */
final class MmdbWriter {
  private static final int EMPTY = -1;

  private final List<int[]> nodes = new ArrayList<>();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  MmdbWriter() {
    nodes.add(new int[] {EMPTY, EMPTY});
  }

  /** Says what is known of a network, {@code 192.0.2.0/24}; networks must not overlap. */
  MmdbWriter add(String network, Map<String, ?> record) throws IOException {
    int slash = network.indexOf('/');
    byte[] address = InetAddress.getByName(network.substring(0, slash)).getAddress();
    int length = Integer.parseInt(network.substring(slash + 1));
    byte[] bits = new byte[16];
    System.arraycopy(address, 0, bits, 16 - address.length, address.length);
    if (address.length == 4) length += 96;
    int offset = data.size();
    write(data, record);
    int node = 0;
    for (int i = 0; i < length; i++) {
      int bit = bits[i / 8] >> (7 - i % 8) & 1;
      if (i == length - 1) {
        nodes.get(node)[bit] = -2 - offset;
      } else {
        if (nodes.get(node)[bit] == EMPTY) {
          nodes.add(new int[] {EMPTY, EMPTY});
          nodes.get(node)[bit] = nodes.size() - 1;
        }
        node = nodes.get(node)[bit];
      }
    }
    return this;
  }

  void to(Path file) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int count = nodes.size();
    for (int[] node : nodes) {
      for (int record : node) {
        int value = record == EMPTY ? count : record < EMPTY ? count + 16 + (-2 - record) : record;
        out.write(value >> 16);
        out.write(value >> 8);
        out.write(value);
      }
    }
    out.write(new byte[16]);
    data.writeTo(out);
    out.write(new byte[] {(byte) 0xAB, (byte) 0xCD, (byte) 0xEF});
    out.write("MaxMind.com".getBytes(StandardCharsets.US_ASCII));
    write(
        out,
        Map.of(
            "node_count",
            (long) count,
            "record_size",
            24,
            "ip_version",
            6,
            "database_type",
            "Test",
            "languages",
            List.of("en"),
            "binary_format_major_version",
            2,
            "binary_format_minor_version",
            0,
            "build_epoch",
            1_700_000_000L,
            "description",
            Map.of("en", "for tests")));
    // As geoipupdate does: a reader of the old file keeps it.
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.write(next, out.toByteArray());
    Files.move(
        next,
        file,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING,
        java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  private static void write(ByteArrayOutputStream out, Object value) throws IOException {
    switch (value) {
      case String text -> {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        control(out, 2, bytes.length);
        out.write(bytes);
      }
      case Integer number -> {
        control(out, 5, 2);
        out.write(number >> 8);
        out.write(number);
      }
      case Long number -> {
        control(out, 6, 4);
        for (int shift = 24; shift >= 0; shift -= 8) out.write((int) (number >> shift));
      }
      case Map<?, ?> map -> {
        control(out, 7, map.size());
        for (var entry : map.entrySet()) {
          write(out, entry.getKey());
          write(out, entry.getValue());
        }
      }
      case List<?> list -> {
        control(out, 11, list.size());
        for (Object each : list) write(out, each);
      }
      default -> throw new IllegalArgumentException(value.toString());
    }
  }

  private static void control(ByteArrayOutputStream out, int type, int size) {
    int low = size < 29 ? size : 29;
    out.write((type > 7 ? 0 : type << 5) | low);
    if (type > 7) out.write(type - 7);
    if (size >= 29) out.write(size - 29);
  }
}
