package dev.penstock.plugins.host;

import dev.penstock.engine.spi.ApiVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Who a plugin says it is.
 *
 * @param id lower-dash
 * @param version semantic
 * @param api versions of the API that it works with
 */
record PluginManifest(String id, String version, ApiRange api) {
  static final String ID = "Penstock-Plugin-Id";
  static final String VERSION = "Penstock-Plugin-Version";
  static final String API = "Penstock-Api";

  private static final Pattern ID_FORM = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
  private static final Pattern VERSION_FORM =
      Pattern.compile("\\d+\\.\\d+\\.\\d+([-+][0-9A-Za-z.+-]+)?");
  private static final int MAX_ID = 64;

  static boolean isId(String text) {
    return text.length() <= MAX_ID && ID_FORM.matcher(text).matches();
  }

  /** That of a whole JAR in memory. */
  static PluginManifest of(byte[] jar) throws Refusal {
    try (ZipInputStream entries = new ZipInputStream(new ByteArrayInputStream(jar))) {
      for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
        if (entry.getName().equals(JarFile.MANIFEST_NAME)) return of(new Manifest(entries));
      }
    } catch (IOException e) {
      throw new Refusal("it is not a whole JAR: " + e.getMessage(), "send it again");
    }
    return of((Manifest) null);
  }

  /**
   * @throws Refusal when something is missing or wrong, or the API is not ours
   */
  static PluginManifest of(@Nullable Manifest manifest) throws Refusal {
    if (manifest == null)
      throw new Refusal(
          "it has no META-INF/MANIFEST.MF", "add one with " + ID + ", " + VERSION + " and " + API);
    Attributes all = manifest.getMainAttributes();
    String id = required(all, ID, "hello-filter");
    if (!isId(id))
      throw new Refusal(
          ID + " is \"" + id + "\"",
          "use lower-case letters, digits and dashes, such as hello-filter");
    String version = required(all, VERSION, "1.0.0");
    if (!VERSION_FORM.matcher(version).matches())
      throw new Refusal(
          VERSION + " is \"" + version + "\"", "use a semantic version such as 1.0.0");
    return new PluginManifest(id, version, api(required(all, API, ApiVersion.current())));
  }

  private static ApiRange api(String text) throws Refusal {
    ApiRange range;
    try {
      range = ApiRange.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Refusal(
          API + " is \"" + text + "\": " + e.getMessage(),
          "use a version such as " + ApiVersion.current() + ", or an interval such as [1.0,2.0)");
    }
    if (!range.contains(ApiVersion.current()))
      throw new Refusal(
          "it was built for API " + text + "; this gateway has " + ApiVersion.current(),
          "build it against this version, or run a gateway that it was built for");
    return range;
  }

  private static String required(Attributes all, String name, String example) throws Refusal {
    String value = all.getValue(name);
    if (value == null || value.isBlank())
      throw new Refusal(
          "its manifest has no " + name, "add a line such as \"" + name + ": " + example + "\"");
    return value.strip();
  }
}
