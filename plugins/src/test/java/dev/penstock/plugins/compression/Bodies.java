package dev.penstock.plugins.compression;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;
import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import dev.penstock.engine.wire.RawResponse;
import dev.penstock.engine.wire.ScriptedUpstream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;

/** Bodies, encoded and decoded by other code than the filters'. */
final class Bodies {
  static final String TEXT = "It was a bright cold day in April, and more. ".repeat(100);

  private Bodies() {}

  /** The body of a response without its Content-Encoding. */
  static String decoded(RawResponse response) {
    return decoded(response.field("Content-Encoding"), response.bytes());
  }

  static String decoded(String encoding, byte[] bytes) {
    Brotli4jLoader.ensureAvailability();
    try (InputStream in = reader(encoding, new ByteArrayInputStream(bytes))) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream reader(String encoding, InputStream in) throws IOException {
    return switch (encoding) {
      case "gzip" -> new GZIPInputStream(in);
      case "deflate" -> new InflaterInputStream(in);
      case "br" -> new BrotliInputStream(in);
      case "zstd" -> new ZstdInputStream(in);
      default -> throw new AssertionError(encoding);
    };
  }

  static byte[] encoded(String encoding, String text) {
    Brotli4jLoader.ensureAvailability();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = writer(encoding, bytes)) {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static OutputStream writer(String encoding, OutputStream out) throws IOException {
    return switch (encoding) {
      case "gzip" -> new GZIPOutputStream(out);
      case "deflate" -> new DeflaterOutputStream(out);
      case "br" -> new BrotliOutputStream(out);
      case "zstd" -> new ZstdOutputStream(out);
      default -> throw new AssertionError(encoding);
    };
  }

  /** An upstream that answers with this head and body, and the length of the body. */
  static ScriptedUpstream upstream(String head, byte[] body) {
    return ScriptedUpstream.replying((request, peer) -> {
      peer.send("HTTP/1.1 " + head + "\r\nContent-Length: " + body.length + "\r\n\r\n");
      if (!request.line().startsWith("HEAD")) peer.send(body);
    });
  }

  static ScriptedUpstream upstream(String head, String body) {
    return upstream(head, body.getBytes(StandardCharsets.ISO_8859_1));
  }
}
