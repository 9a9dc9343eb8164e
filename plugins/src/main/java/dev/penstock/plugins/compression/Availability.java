package dev.penstock.plugins.compression;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.github.luben.zstd.util.Native;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** Which codings work on this machine, and one line in the log for each that does not. */
final class Availability {
  private static final Logger LOG = LogManager.getLogger(Availability.class);

  private final Predicate<Coding> loads;
  private final Set<Coding> missing = ConcurrentHashMap.newKeySet();
  private final Set<Coding> asked = ConcurrentHashMap.newKeySet();

  Availability(Predicate<Coding> loads) {
    this.loads = loads;
  }

  /** Those of {@code wanted} that work, in their order. */
  List<Coding> of(List<Coding> wanted) {
    return wanted.stream().distinct().filter(this::works).toList();
  }

  private boolean works(Coding coding) {
    if (!asked.add(coding)) return !missing.contains(coding);
    if (loads.test(coding)) {
      exercise(coding);
      return true;
    }
    missing.add(coding);
    LOG.warn(
        "{} is not offered: its native library does not load on this machine; the other encodings are",
        coding.token());
    return false;
  }

  /** Loads classes and native code now, instead of on a worker that has a body to send. */
  private static void exercise(Coding coding) {
    try (WorkerCoders coders = new WorkerCoders()) {
      Compressor compressor = coders.take(coding);
      Output out = coders.output();
      compressor.begin(1, -1, new byte[0]);
      compressor.write(ByteBuffer.wrap(new byte[1024]), out);
      compressor.flush(out);
      compressor.finish(out);
      coders.giveBack(compressor);
    }
  }

  /** Those that were asked for and do not work. */
  Set<Coding> missing() {
    return missing.isEmpty() ? Set.of() : EnumSet.copyOf(missing);
  }

  Set<Coding> asked() {
    return asked.isEmpty() ? Set.of() : EnumSet.copyOf(asked);
  }

  /** Tries to load what the coding needs. */
  static boolean loads(Coding coding) {
    return switch (coding) {
      case GZIP, DEFLATE -> true;
      case BR -> Brotli4jLoader.isAvailable();
      case ZSTD -> {
        try {
          Native.load();
          yield Native.isLoaded();
        } catch (LinkageError e) {
          LOG.debug("zstd", e);
          yield false;
        }
      }
    };
  }
}
