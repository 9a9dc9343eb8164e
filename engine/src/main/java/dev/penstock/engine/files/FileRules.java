package dev.penstock.engine.files;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is served of a folder, and how.
 *
 * @param root the folder, without symbolic links in its path
 * @param strip the beginning of paths that names no folder
 * @param index files that stand for their folder
 * @param listing whether folders without such a file are shown
 * @param hidden whether names may begin with a dot
 * @param precompressed encodings of which files may stand beside, the best first
 * @param fallback what is sent where there is no such file, or null for 404
 * @param notFound the page of a 404, or null
 * @param types media types by extension, beside the usual
 * @param fields what is said of which files
 * @param recheckNs how long what was seen is believed
 */
public record FileRules(
    Path root,
    String strip,
    List<String> index,
    boolean listing,
    boolean hidden,
    List<Encoding> precompressed,
    @Nullable String fallback,
    @Nullable String notFound,
    Map<String, String> types,
    List<Fields> fields,
    long recheckNs) {

  /** An encoding of files that were compressed beforehand. */
  public enum Encoding {
    ZSTD("zstd", ".zst"),
    BR("br", ".br"),
    GZIP("gzip", ".gz");

    final String token;
    final String end;

    Encoding(String token, String end) {
      this.token = token;
      this.end = end;
    }
  }

  /**
   * Fields of files with these names: {@code *.js}, or with a slash of their paths from the root.
   */
  public record Fields(List<String> files, Map<String, String> set) {}
}
