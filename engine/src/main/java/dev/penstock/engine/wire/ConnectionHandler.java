package dev.penstock.engine.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Who is told what happens on a {@link Connection}; always on its worker's thread. */
public interface ConnectionHandler {
  /**
   * Bytes arrived. What is left untaken is kept, reading pauses, and it is shown again after {@link
   * Connection#resumeReading}.
   *
   * @param in borrowed until return
   */
  void onBytes(ByteBuffer in);

  /** The peer ended its direction in good order. Ours is still open. */
  void onEof();

  /** Pending bytes fell below the low watermark after they had been above the high one. */
  void onWritable();

  /** The connection is gone, for whatever reason; said exactly once and last. */
  void onClosed(@Nullable IOException cause);
}
