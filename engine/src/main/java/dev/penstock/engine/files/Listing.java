package dev.penstock.engine.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The page that shows what is in a folder. Blocks. */
final class Listing {
  private static final int MOST = 10_000;

  private record Line(String name, boolean isFolder, long size, String modified) {}

  private Listing() {}

  static String page(Path folder, String title, boolean isTop, boolean hidden) {
    StringBuilder page = new StringBuilder(2000);
    String heading = "Index of " + escaped(title);
    page.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width\"><title>")
        .append(heading)
        .append("</title>\n<style>body{font:15px/1.6 system-ui,sans-serif;margin:2rem}")
        .append(
            "td,th{text-align:left;padding:0 1.5rem 0 0}td+td{color:#666}</style></head>\n<body><h1>")
        .append(heading)
        .append("</h1>\n<table><tr><th>Name</th><th>Size</th><th>Modified</th></tr>\n");
    if (!isTop) page.append("<tr><td><a href=\"../\">../</a></td><td></td><td></td></tr>\n");
    for (Line line : lines(folder, hidden)) {
      String end = line.isFolder() ? "/" : "";
      page.append("<tr><td><a href=\"./")
          .append(encoded(line.name()))
          .append(end)
          .append("\">")
          .append(escaped(line.name()))
          .append(end)
          .append("</a></td><td>")
          .append(line.isFolder() ? "" : Long.toString(line.size()))
          .append("</td><td>")
          .append(line.modified())
          .append("</td></tr>\n");
    }
    return page.append("</table></body></html>\n").toString();
  }

  private static List<Line> lines(Path folder, boolean hidden) {
    List<Line> lines = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path each : all) {
        String name = String.valueOf(each.getFileName());
        if (!hidden && FilePath.isHidden(name) || lines.size() >= MOST) continue;
        BasicFileAttributes attributes =
            Files.readAttributes(each, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isDirectory() && !attributes.isRegularFile()) continue;
        String modified = attributes.lastModifiedTime().toString();
        lines.add(
            new Line(
                name,
                attributes.isDirectory(),
                attributes.size(),
                modified.substring(0, Math.min(16, modified.length())).replace('T', ' ')));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (DirectoryIteratorException e) {
      throw new UncheckedIOException(e.getCause());
    }
    lines.sort(Comparator.comparing((Line line) -> !line.isFolder()).thenComparing(Line::name));
    return lines;
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
