package dev.penstock.engine.http.h2;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes frames apart, wherever the input is split (RFC 9113 §4 and §6): lengths, stream numbers,
 * padding, field blocks over several frames. For either end of a connection; worker-confined.
 *
 * <pre>
 * PREFACE ─► HEAD ─┬─ DATA ────► PAD_LENGTH ─► DATA ─► PADDING ─► HEAD
 *                  └─ others ──► PAYLOAD ───────────────────────► HEAD
 * any ─ breach ─► FAILED
 * </pre>
 *
 * <p>Data goes through without a copy. Between frames a reader holds nothing but its state.
 */
public final class FrameReader {
  /** Frames that one field block may be spread over (requirement P4). */
  private static final int MAX_BLOCK_FRAMES = 8;

  private static final byte[] NOTHING = {};

  private enum State {
    PREFACE,
    HEAD,
    PAYLOAD,
    PAD_LENGTH,
    DATA,
    PADDING,
    FAILED
  }

  private final FrameSink sink;
  private final int maxFrameBytes;
  private final int maxBlockBytes;
  private final byte[] scratch;
  private final byte[] head = new byte[Frames.HEAD_BYTES];
  private State state;
  private int filled;
  private boolean isFirst = true;

  private int type;
  private int flags;
  private int stream;
  private int length;
  private int padding;

  /** Of a payload that comes in parts. */
  private byte[] held = NOTHING;

  /** Of a field block that is not complete. */
  private byte[] block = NOTHING;

  private int blockLength;
  private int blockFrames;
  private int blockStream;
  private boolean blockEndsStream;

  /**
   * A reader that has seen nothing.
   *
   * @param expectsPreface whether the peer is a client, which sends a preface first
   * @param maxBlockBytes of a field block before it is decoded; one that is larger ends the
   *     connection
   * @param scratch of {@link Frames#MIN_MAX_FRAME} bytes at least, which is the largest frame
   *     taken; may be shared by all readers of a thread
   */
  public FrameReader(FrameSink sink, boolean expectsPreface, int maxBlockBytes, byte[] scratch) {
    this.sink = sink;
    this.maxBlockBytes = maxBlockBytes;
    this.scratch = scratch;
    this.maxFrameBytes = scratch.length;
    this.state = expectsPreface ? State.PREFACE : State.HEAD;
  }

  /** Whether the preface, a frame other than data, or a field block has begun and not ended. */
  public boolean isAwaitingRest() {
    return switch (state) {
      case PREFACE, PAYLOAD -> true;
      case HEAD -> filled > 0 || isFirst || blockStream != 0;
      case PAD_LENGTH, DATA, PADDING, FAILED -> false;
    };
  }

  /** Takes all of {@code in}, and tells what it means. */
  public void read(ByteBuffer in) {
    while (in.hasRemaining()) {
      switch (state) {
        case PREFACE -> preface(in);
        case HEAD -> head(in);
        case PAYLOAD -> payload(in);
        case PAD_LENGTH -> padLength(in);
        case DATA -> data(in);
        case PADDING -> padding(in);
        case FAILED -> in.position(in.limit());
      }
    }
  }

  /** Says nothing more, and takes whatever comes. */
  public void close() {
    state = State.FAILED;
    held = NOTHING;
    block = NOTHING;
  }

  private void fail(Breach breach) {
    close();
    sink.onBreach(breach);
  }

  private void preface(ByteBuffer in) {
    while (filled < Frames.PREFACE_BYTES && in.hasRemaining()) {
      if (in.get() != Frames.preface(filled++)) {
        fail(Breach.NO_PREFACE);
        return;
      }
    }
    if (filled < Frames.PREFACE_BYTES) return;
    filled = 0;
    state = State.HEAD;
  }

  private void head(ByteBuffer in) {
    int n = Math.min(Frames.HEAD_BYTES - filled, in.remaining());
    in.get(head, filled, n);
    filled += n;
    if (filled < Frames.HEAD_BYTES) return;
    filled = 0;
    length = (head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | head[2] & 0xff;
    type = head[3] & 0xff;
    flags = head[4] & 0xff;
    stream = number(head, 5) & 0x7fffffff;
    Breach wrong = judge();
    if (wrong != null) {
      fail(wrong);
    } else if (type == Frames.DATA) {
      beginData();
    } else if (length == 0) {
      state = State.HEAD;
      dispatch(scratch);
    } else {
      state = State.PAYLOAD;
    }
  }

  private @Nullable Breach judge() {
    if (length > maxFrameBytes) return Breach.FRAME_TOO_LARGE;
    if (isFirst) {
      isFirst = false;
      if (type != Frames.SETTINGS || has(Frames.ACK)) return Breach.NO_PREFACE;
    }
    if (blockStream != 0 && (type != Frames.CONTINUATION || stream != blockStream))
      return Breach.BLOCK_INTERRUPTED;
    boolean needsStream =
        switch (type) {
          case Frames.DATA, Frames.HEADERS, Frames.PRIORITY, Frames.RST_STREAM -> true;
          case Frames.PUSH_PROMISE, Frames.CONTINUATION -> true;
          default -> false;
        };
    if (needsStream && stream == 0) return Breach.FRAME_ON_WRONG_STREAM;
    return switch (type) {
      case Frames.SETTINGS -> {
        if (stream != 0) yield Breach.FRAME_ON_WRONG_STREAM;
        yield length % 6 != 0 || has(Frames.ACK) && length > 0 ? Breach.FRAME_LENGTH : null;
      }
      case Frames.PING -> {
        if (stream != 0) yield Breach.FRAME_ON_WRONG_STREAM;
        yield length == 8 ? null : Breach.FRAME_LENGTH;
      }
      case Frames.GOAWAY -> {
        if (stream != 0) yield Breach.FRAME_ON_WRONG_STREAM;
        yield length >= 8 ? null : Breach.FRAME_LENGTH;
      }
      case Frames.PRIORITY_UPDATE -> {
        if (stream != 0) yield Breach.FRAME_ON_WRONG_STREAM;
        yield length >= 4 ? null : Breach.FRAME_LENGTH;
      }
      case Frames.RST_STREAM, Frames.WINDOW_UPDATE -> length == 4 ? null : Breach.FRAME_LENGTH;
      case Frames.PUSH_PROMISE -> Breach.PUSH;
      case Frames.CONTINUATION -> blockStream == 0 ? Breach.BLOCK_INTERRUPTED : null;
      default -> null;
    };
  }

  private boolean has(int flag) {
    return (flags & flag) != 0;
  }

  // ---- data

  private void beginData() {
    padding = 0;
    state = State.DATA;
    if (has(Frames.PADDED)) {
      if (length == 0) {
        fail(Breach.PADDING_TOO_LONG);
        return;
      }
      state = State.PAD_LENGTH;
    }
    sink.onData(stream, length);
    if (state == State.DATA && length == 0) endData();
  }

  private void padLength(ByteBuffer in) {
    padding = in.get() & 0xff;
    length--;
    if (padding > length) {
      fail(Breach.PADDING_TOO_LONG);
      return;
    }
    length -= padding;
    if (length > 0) state = State.DATA;
    else if (padding > 0) state = State.PADDING;
    else endData();
  }

  private void data(ByteBuffer in) {
    int limit = in.limit();
    int end = in.position() + Math.min(length, in.remaining());
    length -= end - in.position();
    in.limit(end);
    try {
      sink.onDataPart(stream, in);
    } finally {
      in.limit(limit);
      in.position(end);
    }
    if (state == State.FAILED || length > 0) return;
    if (padding > 0) state = State.PADDING;
    else endData();
  }

  private void padding(ByteBuffer in) {
    int n = Math.min(padding, in.remaining());
    in.position(in.position() + n);
    padding -= n;
    if (padding == 0) endData();
  }

  private void endData() {
    state = State.HEAD;
    sink.onDataEnd(stream, has(Frames.END_STREAM));
  }

  // ---- other frames

  private void payload(ByteBuffer in) {
    if (filled == 0 && in.remaining() >= length) {
      in.get(scratch, 0, length);
      state = State.HEAD;
      dispatch(scratch);
      return;
    }
    int n = Math.min(length - filled, in.remaining());
    // Grows with what comes, not with what is announced.
    if (filled + n > held.length)
      held = Arrays.copyOf(held, Math.min(length, Math.max(filled + n, 2 * held.length)));
    in.get(held, filled, n);
    filled += n;
    if (filled < length) return;
    byte[] whole = held;
    filled = 0;
    held = NOTHING;
    state = State.HEAD;
    dispatch(whole);
  }

  private void dispatch(byte[] b) {
    switch (type) {
      case Frames.HEADERS -> headers(b);
      case Frames.CONTINUATION -> continuation(b);
      case Frames.PRIORITY -> {
        if (length != 5) sink.onStreamBreach(stream, Breach.FRAME_LENGTH);
        else if (dependency(b, 0) == stream) sink.onStreamBreach(stream, Breach.SELF_DEPENDENCY);
        else sink.onOldPriority(stream);
      }
      case Frames.RST_STREAM -> sink.onReset(stream, ErrorCode.of(number(b, 0)));
      case Frames.SETTINGS -> {
        if (has(Frames.ACK)) sink.onSettingsAck();
        else sink.onSettings(b, 0, length);
      }
      case Frames.PING -> {
        long opaque = (long) number(b, 0) << 32 | number(b, 4) & 0xffffffffL;
        if (has(Frames.ACK)) sink.onPingAck(opaque);
        else sink.onPing(opaque);
      }
      case Frames.GOAWAY -> sink.onGoAway(dependency(b, 0), ErrorCode.of(number(b, 4)));
      case Frames.WINDOW_UPDATE -> windowUpdate(dependency(b, 0));
      case Frames.PRIORITY_UPDATE -> {
        int prioritised = dependency(b, 0);
        if (prioritised == 0) fail(Breach.FRAME_ON_WRONG_STREAM);
        else sink.onPriorityUpdate(prioritised, b, 4, length - 4);
      }
      default -> sink.onUnknownFrame();
    }
  }

  private void windowUpdate(int increment) {
    if (increment > 0) sink.onWindowUpdate(stream, increment);
    else if (stream == 0) fail(Breach.WINDOW_UNCHANGED);
    else sink.onStreamBreach(stream, Breach.WINDOW_UNCHANGED);
  }

  private void headers(byte[] b) {
    int at = 0;
    int end = length;
    if (has(Frames.PADDED)) {
      if (length == 0) {
        fail(Breach.PADDING_TOO_LONG);
        return;
      }
      end -= b[at++] & 0xff;
    }
    boolean isSelfDependent = false;
    if (has(Frames.HAS_PRIORITY)) {
      if (end - at < 5) {
        fail(end < at ? Breach.PADDING_TOO_LONG : Breach.FRAME_LENGTH);
        return;
      }
      isSelfDependent = dependency(b, at) == stream;
      at += 5;
    }
    if (end < at) {
      fail(Breach.PADDING_TOO_LONG);
      return;
    }
    boolean endsStream = has(Frames.END_STREAM);
    if (has(Frames.END_HEADERS)) {
      sink.onFieldBlock(stream, b, at, end - at, endsStream);
    } else {
      blockStream = stream;
      blockEndsStream = endsStream;
      blockLength = 0;
      blockFrames = 0;
      addToBlock(b, at, end - at);
    }
    if (isSelfDependent && state != State.FAILED)
      sink.onStreamBreach(stream, Breach.SELF_DEPENDENCY);
  }

  private void continuation(byte[] b) {
    if (!addToBlock(b, 0, length) || !has(Frames.END_HEADERS)) return;
    byte[] whole = block;
    block = NOTHING;
    blockStream = 0;
    sink.onFieldBlock(stream, whole, 0, blockLength, blockEndsStream);
  }

  private boolean addToBlock(byte[] b, int at, int count) {
    if (++blockFrames > MAX_BLOCK_FRAMES || blockLength + count > maxBlockBytes) {
      fail(Breach.BLOCK_TOO_LARGE);
      return false;
    }
    if (blockLength + count > block.length)
      block = Arrays.copyOf(block, Math.max(blockLength + count, 2 * block.length));
    System.arraycopy(b, at, block, blockLength, count);
    blockLength += count;
    return true;
  }

  private static int number(byte[] b, int at) {
    return (b[at] & 0xff) << 24
        | (b[at + 1] & 0xff) << 16
        | (b[at + 2] & 0xff) << 8
        | b[at + 3] & 0xff;
  }

  /** Without the bit in front, which is reserved or says something else. */
  private static int dependency(byte[] b, int at) {
    return number(b, at) & 0x7fffffff;
  }
}
