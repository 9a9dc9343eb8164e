package dev.penstock.engine.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A folder as a route's answer: finds out what stands at a path. Thread-safe; looking blocks. */
public final class FileSite {
  /** Files up to this size are kept in memory while they are believed. */
  private static final int SMALL = 64 * 1024;

  private final FileRules rules;
  private final Folder folder;
  private final MediaTable types;
  private final List<PathMatcher> matchers = new ArrayList<>();
  private final List<Map<String, String>> fields = new ArrayList<>();

  public FileSite(FileRules rules) {
    this.rules = rules;
    folder = new Folder(rules.root());
    types = new MediaTable(rules.types());
    for (FileRules.Fields each : rules.fields()) {
      for (String pattern : each.files()) {
        String whole = pattern.contains("/") ? pattern.replaceFirst("^/", "") : "{**/,}" + pattern;
        matchers.add(FileSystems.getDefault().getPathMatcher("glob:" + whole));
        fields.add(each.set());
      }
    }
  }

  FileRules rules() {
    return rules;
  }

  /** What stands at this path of a request. Blocks. */
  Entry look(String path) {
    try {
      List<String> names = FilePath.names(path, rules.strip(), rules.hidden());
      Entry found = names == null ? null : look(path, names);
      if (found != null) return found;
      String fallback = rules.fallback();
      Content page = names == null || fallback == null ? null : content(fallback, 200);
      if (page != null) return page.content();
      String notFound = rules.notFound();
      Content missing = notFound == null ? null : content(notFound, 404);
      return new Entry.Missing(missing == null ? null : missing.content());
    } catch (IOException | UncheckedIOException e) {
      return new Entry.Missing(null); // gone, or forbidden, since it was found
    }
  }

  /** Found by a name of the configuration. */
  private record Content(Entry.Content content) {}

  private @Nullable Content content(String file, int status) throws IOException {
    List<String> names = List.of(file.replaceFirst("^/", "").split("/"));
    Folder.Found found = folder.find(names, true);
    Entry.Content content = found == null ? null : content(names, found, status);
    return content == null ? null : new Content(content);
  }

  private @Nullable Entry look(String path, List<String> names) throws IOException {
    Folder.Found found = folder.find(names, rules.hidden());
    if (found == null) return null;
    boolean endsInSlash = path.endsWith("/");
    if (!found.isDirectory()) {
      if (!endsInSlash) return content(names, found, 200);
      FileChannel opened = found.channel();
      if (opened != null) opened.close();
      return null;
    }
    if (!endsInSlash) return new Entry.Redirect();
    for (String index : rules.index()) {
      List<String> inside = new ArrayList<>(names);
      inside.add(index);
      Folder.Found file = folder.find(inside, rules.hidden());
      Entry content = file == null ? null : content(inside, file, 200);
      if (content != null) return content;
    }
    return rules.listing() ? page(names) : null;
  }

  private Entry page(List<String> names) throws IOException {
    Path at = rules.root();
    for (String name : names) at = at.resolve(name);
    Path real = at.toRealPath();
    if (!real.startsWith(rules.root())) return new Entry.Missing(null);
    String title = "/" + String.join("/", names);
    String html = Listing.page(real, title, names.isEmpty(), rules.hidden());
    return new Entry.Page(html.getBytes(StandardCharsets.UTF_8));
  }

  private Entry.@Nullable Content content(List<String> names, Folder.Found found, int status)
      throws IOException {
    if (found.isDirectory()) return null;
    Representation plain = form(found, null);
    List<Representation> encoded = new ArrayList<>();
    for (FileRules.Encoding encoding : rules.precompressed()) {
      List<String> beside = new ArrayList<>(names);
      beside.set(beside.size() - 1, names.getLast() + encoding.end);
      Folder.Found other = folder.find(beside, rules.hidden());
      if (other != null && !other.isDirectory()) encoded.add(form(other, encoding.token));
    }
    return new Entry.Content(
        status,
        types.of(names.getLast()),
        Math.floorDiv(found.attributes().lastModifiedTime().toMillis(), 1000L),
        plain,
        List.copyOf(encoded),
        fieldsOf(names));
  }

  private List<Map.Entry<String, String>> fieldsOf(List<String> names) {
    Path relative = Path.of(String.join("/", names));
    List<Map.Entry<String, String>> all = new ArrayList<>();
    for (int i = 0; i < matchers.size(); i++) {
      if (matchers.get(i).matches(relative)) all.addAll(fields.get(i).entrySet());
    }
    return List.copyOf(all);
  }

  private static Representation form(Folder.Found found, @Nullable String encoding)
      throws IOException {
    FileChannel channel = found.channel();
    if (channel == null) throw new IOException("not a file");
    long size = found.attributes().size();
    long time = found.attributes().lastModifiedTime().toMillis();
    String end = encoding == null ? "" : "-" + encoding;
    String tag = "\"" + Long.toHexString(time) + "-" + Long.toHexString(size) + end + "\"";
    if (size > SMALL) {
      return new Representation(tag, size, encoding, null, new OpenFile(channel));
    }
    try (channel) {
      ByteBuffer all = ByteBuffer.allocate((int) size);
      while (all.hasRemaining() && channel.read(all) >= 0) {
        // until it is full or the file has ended
      }
      if (all.hasRemaining()) throw new IOException("the file has become shorter");
      return new Representation(tag, size, encoding, all.array(), null);
    }
  }
}
