package dev.penstock.engine.observe;

import dev.penstock.engine.observe.AccessLogRules.Rotation;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.appender.AppenderLoggingException;
import org.apache.logging.log4j.core.appender.RollingRandomAccessFileAppender;
import org.apache.logging.log4j.core.appender.rolling.AbstractTriggeringPolicy;
import org.apache.logging.log4j.core.appender.rolling.DefaultRolloverStrategy;
import org.apache.logging.log4j.core.appender.rolling.RollingFileManager;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.NullConfiguration;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.layout.AbstractLayout;
import org.apache.logging.log4j.core.layout.ByteBufferDestination;
import org.jspecify.annotations.Nullable;

/** The places where chunks of the access log are written. */
final class Sinks {
  private static final int FILE_BUFFER = 256 << 10;

  private Sinks() {}

  /**
   * Opens the place that {@code rules} name; null for nowhere.
   *
   * @throws IllegalStateException when it cannot be opened; Log4j's status log has said why
   */
  static @Nullable Appender open(AccessLogRules rules) {
    return switch (rules.to()) {
      case OFF -> null;
      case STDOUT -> stdout();
      case FILE -> file(rules);
    };
  }

  /** Chunks go out as they are; {@code System.out} and its lock are passed by. */
  private static Appender stdout() {
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    return new AbstractAppender("stdout", null, null, false, Property.EMPTY_ARRAY) {
      @Override
      public void append(LogEvent event) {
        Chunk chunk = (Chunk) event.getMessage();
        try {
          out.write(chunk.bytes, 0, chunk.queuedLength());
        } catch (IOException e) {
          throw new AppenderLoggingException(e);
        }
      }
    };
  }

  private static Appender file(AccessLogRules rules) {
    Configuration none = new NullConfiguration();
    Rotation rotation = rules.rotation();
    String file = rules.file().toString();
    Appender appender =
        RollingRandomAccessFileAppender.newBuilder()
            .setName("file")
            .setConfiguration(none)
            .setLayout(new ChunkLayout())
            .setIgnoreExceptions(false)
            .setImmediateFlush(false) // a batch of chunks is flushed at its end
            .setBufferSize(FILE_BUFFER)
            .setFileName(file)
            .setFilePattern(file + (rotation.compress() ? ".%i.gz" : ".%i"))
            .setPolicy(new RotationPolicy(rotation))
            .setStrategy(
                DefaultRolloverStrategy.newBuilder()
                    .setFileIndex("min")
                    .setMin("1")
                    .setMax(Integer.toString(rotation.keep()))
                    .setConfig(none)
                    .build())
            .build();
    if (appender == null) throw new IllegalStateException("cannot open " + file);
    return appender;
  }

  /** Chunks are bytes already. */
  private static final class ChunkLayout extends AbstractLayout<String> {
    ChunkLayout() {
      super(null, null, null);
    }

    @Override
    public void encode(LogEvent event, ByteBufferDestination destination) {
      Chunk chunk = (Chunk) event.getMessage();
      destination.writeBytes(chunk.bytes, 0, chunk.queuedLength());
    }

    @Override
    public byte[] toByteArray(LogEvent event) {
      return toSerializable(event).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toSerializable(LogEvent event) {
      return event.getMessage().getFormattedMessage();
    }

    @Override
    public String getContentType() {
      return "text/plain";
    }

    @Override
    public Map<String, String> getContentFormat() {
      return Map.of();
    }
  }

  /**
   * By size and at multiples of a time; Log4j's own policy for time wants dates in the names of the
   * files.
   */
  static final class RotationPolicy extends AbstractTriggeringPolicy {
    private final long maxBytes;
    private final long everyMillis;
    private @Nullable RollingFileManager file;
    private long nextMillis;

    RotationPolicy(Rotation rotation) {
      maxBytes = rotation.size() == 0 ? Long.MAX_VALUE : rotation.size();
      everyMillis = rotation.every().toMillis();
    }

    @Override
    public void initialize(RollingFileManager manager) {
      file = manager;
      nextMillis = boundaryAfter(manager.getFileTime());
    }

    @Override
    public boolean isTriggeringEvent(LogEvent event) {
      if (!(event.getMessage() instanceof Chunk)) return false;
      long nowMillis = event.getTimeMillis();
      boolean isDue = nowMillis >= nextMillis;
      if (isDue) nextMillis = boundaryAfter(nowMillis);
      RollingFileManager writing = file;
      return writing != null
          && writing.getFileSize() > 0
          && (isDue || writing.getFileSize() > maxBytes);
    }

    private long boundaryAfter(long millis) {
      return everyMillis == 0
          ? Long.MAX_VALUE
          : (Math.floorDiv(millis, everyMillis) + 1) * everyMillis;
    }
  }
}
