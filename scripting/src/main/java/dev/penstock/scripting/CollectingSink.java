package dev.penstock.scripting;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.spi.BodySink;
import dev.penstock.engine.spi.ProxyError;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Collects a body up to a limit. */
final class CollectingSink implements BodySink {
  private final int limit;
  private final Consumer<byte[]> done;
  private final Consumer<String> failed;
  private byte[] bytes = new byte[1024];
  private int size;
  private boolean over;

  CollectingSink(int limit, Consumer<byte[]> done, Consumer<String> failed) {
    this.limit = limit;
    this.done = done;
    this.failed = failed;
  }

  @Override
  public boolean write(ByteBuffer part) {
    int more = part.remaining();
    if (over) {
      part.position(part.limit());
      return true;
    }
    if (more > limit - size) {
      over = true;
      bytes = new byte[0];
      failed.accept("the body is larger than max-body, " + limit + " bytes");
      return true;
    }
    if (size + more > bytes.length)
      bytes = Arrays.copyOf(bytes, Math.max(size + more, Math.min(limit, bytes.length * 2)));
    part.get(bytes, size, more);
    size += more;
    return true;
  }

  @Override
  public void end(@Nullable HeaderMap trailers) {
    if (!over) done.accept(Arrays.copyOf(bytes, size));
  }

  @Override
  public void fail(ProxyError error) {
    if (!over) failed.accept("the body ended before it was complete: " + error.detail());
  }
}
