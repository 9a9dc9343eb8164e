package dev.penstock.plugins.compression;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The coders of one worker: those that rest, the newest first, and the memory that they share (Z5).
 */
final class WorkerCoders implements AutoCloseable {
  /** A deflater holds 256 KB of native memory: more than these rest on no worker. */
  private static final int MAX_SPARE = 32;

  private final List<Deque<Compressor>> spare = new ArrayList<>();
  private final Output output = new Output();
  private final Direct direct = new Direct();

  WorkerCoders() {
    for (int i = 0; i < Coding.values().length; i++) spare.add(new ArrayDeque<>());
  }

  /** What the coder that is at work writes to. */
  Output output() {
    output.clear();
    return output;
  }

  /** A compressor for one body; give it back. */
  Compressor take(Coding coding) {
    Compressor resting = spare.get(coding.ordinal()).pollFirst();
    if (resting != null) return resting;
    return switch (coding) {
      case GZIP, DEFLATE -> new DeflateCompressor(coding);
      case BR -> new BrotliCompressor();
      case ZSTD -> new ZstdCompressor(direct);
    };
  }

  void giveBack(Compressor compressor) {
    Deque<Compressor> resting = spare.get(compressor.coding().ordinal());
    if (compressor.isReusable() && resting.size() < MAX_SPARE) resting.addFirst(compressor);
    else compressor.close();
  }

  /** A decompressor for one body; close it. */
  Decompressor decompressor(Coding coding) {
    return switch (coding) {
      case GZIP -> new GzipDecompressor();
      case DEFLATE -> new DeflateDecompressor();
      case BR -> new BrotliDecompressor();
      case ZSTD -> new ZstdDecompressor(direct);
    };
  }

  @Override
  public void close() {
    for (Deque<Compressor> resting : spare) {
      resting.forEach(Compressor::close);
      resting.clear();
    }
  }
}
