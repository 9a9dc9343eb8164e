package dev.penstock.engine.files;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What stands at a path, as it was seen a moment ago. */
public sealed interface Entry {
  /** A file, to be sent with {@code status}. */
  record Content(
      int status,
      String type,
      long modified,
      Representation plain,
      List<Representation> encoded,
      List<Map.Entry<String, String>> fields)
      implements Entry {}

  /** A folder, asked for without the slash at its end. */
  record Redirect() implements Entry {}

  /** A page made here. */
  record Page(byte[] html) implements Entry {}

  /** Nothing; the page, if there is one, says so. */
  record Missing(@Nullable Content page) implements Entry {}

  /** Bytes of memory that it holds. */
  default int weight() {
    return switch (this) {
      case Content content -> {
        int sum = weight(content.plain());
        for (Representation each : content.encoded()) sum += weight(each);
        yield sum;
      }
      case Page page -> page.html().length;
      case Missing missing -> missing.page() == null ? 200 : missing.page().weight();
      case Redirect redirect -> 200;
    };
  }

  private static int weight(Representation form) {
    byte[] bytes = form.bytes();
    return 500 + (bytes == null ? 0 : bytes.length);
  }

  /** Nobody will find it any more; answers under way go on. */
  default void release() {
    switch (this) {
      case Content content -> {
        release(content.plain());
        content.encoded().forEach(Entry::release);
      }
      case Missing missing -> {
        if (missing.page() != null) missing.page().release();
      }
      case Page page -> {}
      case Redirect redirect -> {}
    }
  }

  private static void release(Representation form) {
    OpenFile file = form.file();
    if (file != null) file.release();
  }
}
