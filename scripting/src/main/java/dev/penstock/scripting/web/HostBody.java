package dev.penstock.scripting.web;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.spi.BodySink;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.ProxyError;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * A body that the gateway holds, as the guest reads it: part by part on demand, or as a whole.
 * Either way once.
 *
 * <p>Parts are copied when they come, so that no memory of the gateway is in the guest's hands
 * (S13). Worker-confined.
 */
public final class HostBody {
  private static final int CHUNK = 0;
  private static final int END = 1;
  private static final int FAILED = 2;

  private final BodySource source;
  private final long length;
  private final long maxBytes;
  private boolean isTaken;
  private @Nullable Reader reader;

  /**
   * Wraps {@code source}, not started yet.
   *
   * @param length in bytes, or -1 when it is not known
   * @param maxBytes most that is collected for {@code text()}, {@code json()} and the like (S8)
   */
  public HostBody(BodySource source, long length, long maxBytes) {
    this.source = source;
    this.length = length;
    this.maxBytes = maxBytes;
  }

  /** In bytes, or -1. */
  public long length() {
    return length;
  }

  /** For passing the body on unread; it is the caller's from then on. */
  public BodySource take() {
    if (isTaken) throw new IllegalStateException("the body was already read");
    isTaken = true;
    return source;
  }

  /**
   * Reads a part: {@code then(0, bytes)}, {@code then(1)} at the end, or {@code then(2, message)};
   * now or later.
   */
  @HostAccess.Export
  public void pull(Value then) {
    Reader r = reader;
    if (r == null) {
      r = new Reader(Long.MAX_VALUE);
      reader = r;
      r.then = then;
      take().start(r);
    } else {
      r.then = then;
      r.pump();
    }
  }

  @HostAccess.Export
  public void cancel() {
    isTaken = true;
    source.cancel();
  }

  /** Reads the whole as UTF-8. */
  @HostAccess.Export
  public void text(Value done, Value failed) {
    take().start(new Collector(done, failed, true));
  }

  /** Reads the whole. */
  @HostAccess.Export
  public void bytes(Value done, Value failed) {
    take().start(new Collector(done, failed, false));
  }

  private static byte[] copy(ByteBuffer part) {
    byte[] bytes = new byte[part.remaining()];
    part.get(bytes);
    return bytes;
  }

  /** Gives one part for each demand. */
  private final class Reader implements BodySink {
    private final ArrayDeque<byte[]> parts = new ArrayDeque<>();
    private final long most;
    @Nullable Value then;
    private boolean isEnded;
    private @Nullable String failure;
    private boolean wantsMore = true;

    Reader(long most) {
      this.most = most;
    }

    @Override
    public boolean write(ByteBuffer part) {
      if (part.hasRemaining()) parts.add(copy(part));
      deliver();
      wantsMore = then != null && parts.isEmpty() && most > 0;
      return wantsMore;
    }

    @Override
    public void end(@Nullable HeaderMap trailers) {
      isEnded = true;
      deliver();
    }

    @Override
    public void fail(ProxyError error) {
      failure = error.detail();
      deliver();
    }

    void pump() {
      deliver();
      if (then != null && !wantsMore) {
        wantsMore = true;
        source.demand();
      }
    }

    private void deliver() {
      Value to = then;
      if (to == null) return;
      byte[] part = parts.poll();
      if (part != null) {
        then = null;
        to.executeVoid(CHUNK, ByteBuffer.wrap(part));
      } else if (failure != null) {
        then = null;
        to.executeVoid(FAILED, failure);
      } else if (isEnded) {
        then = null;
        to.executeVoid(END, "");
      }
    }
  }

  /** Gathers all parts, within the limit. */
  private final class Collector implements BodySink {
    private final ByteArrayOutputStream all =
        new ByteArrayOutputStream(length > 0 && length < 1 << 20 ? (int) length : 64);
    private final Value done;
    private final Value failed;
    private final boolean asText;
    private boolean isOver;

    Collector(Value done, Value failed, boolean asText) {
      this.done = done;
      this.failed = failed;
      this.asText = asText;
    }

    @Override
    public boolean write(ByteBuffer part) {
      if (isOver) return false;
      if (all.size() + (long) part.remaining() > maxBytes) {
        isOver = true;
        source.cancel();
        failed.executeVoid("the body is larger than the limit of " + maxBytes + " bytes");
        return false;
      }
      all.writeBytes(copy(part));
      return true;
    }

    @Override
    public void end(@Nullable HeaderMap trailers) {
      if (isOver) return;
      byte[] bytes = all.toByteArray();
      if (!asText) {
        done.executeVoid(ByteBuffer.wrap(bytes));
        return;
      }
      done.executeVoid(Utf8.decode(bytes, false));
    }

    @Override
    public void fail(ProxyError error) {
      if (!isOver) failed.executeVoid(error.detail());
    }
  }
}
