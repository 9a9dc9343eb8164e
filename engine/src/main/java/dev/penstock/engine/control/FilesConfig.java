package dev.penstock.engine.control;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.files.FileRules;
import dev.penstock.engine.files.FileSite;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.Config.Shorthand;
import dev.penstock.engine.spi.ConfigException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Files of a folder. */
@Doc(
    "Files of a folder: a folder's path, or a mapping. Nothing outside of it is served, whatever a path or a link says.")
public record FilesConfig(
    @Doc("The folder; relative to the configuration's.") @Shorthand String root,
    @Doc("The beginning of paths that names no folder, by whole segments: /assets.") @Default("")
        String strip,
    @Doc("Files that stand for their folder.") @Default("[ index.html ]") List<String> index,
    @Doc("Shows what is in a folder without such a file; otherwise that is 404.") @Default("false")
        boolean listing,
    @Doc("Serves files and folders whose names begin with a dot; otherwise only .well-known is.")
        @Default("false")
        boolean hidden,
    @Doc(
            "Encodings that may stand beside a file, compressed beforehand, as app.js.br: the first that the client likes best is sent.")
        @Default("[ zstd, br, gzip ]")
        List<FileRules.Encoding> precompressed,
    @Doc(
            "Sent with 200 where there is no such file, for pages that route in the browser: index.html.")
        @Nullable String fallback,
    @Doc("The page of a 404, a file of the folder.") @Nullable String notFound,
    @Doc("Media types by extension, beside the usual: { .foo: application/foo }.") @Default("{}")
        Map<String, String> types,
    @Doc("Fields of answers with files, such as Cache-Control, by names of files.") @Default("[]")
        List<Fields> headers,
    @Doc("For so long a file is taken to be as it was; then its folder is looked at again.")
        @Default("1s")
        @Range("0ms..1h")
        Duration recheck) {

  public FilesConfig {
    index = List.copyOf(index);
    precompressed = precompressed.stream().distinct().toList();
    types = Map.copyOf(types);
    headers = List.copyOf(headers);
    if (!strip.isEmpty() && (!strip.startsWith("/") || strip.endsWith("/")))
      throw new ConfigException(
          "strip: %s is not the beginning of a path; write it like /assets"
              .formatted(Names.quote(strip)));
  }

  /** Fields by names of files. */
  @Doc("Fields of some files.")
  public record Fields(
      @Doc("Names: *.js; or, with a slash, paths from the folder on: assets/**.")
          List<String> files,
      @Doc("The fields and their values.") Map<String, String> set) {

    public Fields {
      files = List.copyOf(files);
      set = new LinkedHashMap<>(set);
      for (String pattern : files) {
        try {
          FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        } catch (PatternSyntaxException e) {
          throw new ConfigException(
              "files: %s is no pattern: %s".formatted(Names.quote(pattern), e.getDescription()));
        }
      }
      set.forEach((name, value) -> {
        if (!Ascii.isToken(name) || !value.chars().allMatch(Ascii::isFieldValue))
          throw new ConfigException("set: %s is no header field".formatted(Names.quote(name)));
      });
    }
  }

  /** The folder, which must be there. */
  FileSite site(Path folder) {
    Path path = folder.resolve(root);
    if (!Files.isDirectory(path)) {
      throw new ConfigException(
          "files: there is no folder %s; make it, or write the path from the configuration's folder on"
              .formatted(Names.quote(path.toString())));
    }
    try {
      return new FileSite(
          new FileRules(
              path.toRealPath(),
              strip,
              index,
              listing,
              hidden,
              precompressed,
              fallback,
              notFound,
              types,
              headers.stream().map(each -> new FileRules.Fields(each.files(), each.set())).toList(),
              recheck.toNanos()));
    } catch (IOException e) {
      throw new ConfigException("files: the folder cannot be read: " + e.getMessage());
    }
  }
}
