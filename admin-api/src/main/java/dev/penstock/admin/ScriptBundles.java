package dev.penstock.admin;

import dev.penstock.engine.control.ScriptStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/** Reads the files of a script as they are sent: one file, a zip, or JSON. */
final class ScriptBundles {
  static final String[] TYPES = {
    "application/javascript",
    "text/javascript",
    "application/typescript",
    "application/zip",
    "application/json"
  };
  private static final int MOST_FILES = 1000;
  private static final long MOST_BYTES = Operation.MAX_BODY;

  private ScriptBundles() {}

  static void requireName(String name) {
    if (!ScriptStore.isName(name))
      throw Problem.malformed(
          "a script is named with up to 64 lower-case letters, digits, - and _, not \""
              + name
              + "\"");
  }

  /** Files by name, relative to the bundle. */
  static SortedMap<String, byte[]> read(Call call) {
    return checked(
        switch (call.request().type()) {
          case "application/zip" -> unzip(call.request().body());
          case "application/json" -> fields(call.object().only("files", "note"));
          case "application/typescript" -> single("main.ts", call);
          default -> single("main.js", call);
        });
  }

  private static SortedMap<String, byte[]> checked(SortedMap<String, byte[]> files) {
    if (files.isEmpty()) throw Problem.malformed("there is no file in it");
    long bytes = files.values().stream().mapToLong(each -> each.length).sum();
    if (files.size() > MOST_FILES || bytes > MOST_BYTES)
      throw new Problem(
          Problem.Kind.TOO_LARGE,
          "a script has at most " + MOST_FILES + " files and " + MOST_BYTES + " bytes");
    return files;
  }

  private static SortedMap<String, byte[]> single(String name, Call call) {
    if (call.request().body().length == 0) throw Problem.malformed("the body is empty");
    return new TreeMap<>(java.util.Map.of(name, call.text().getBytes(StandardCharsets.UTF_8)));
  }

  /** Those in the field {@code files}. */
  static SortedMap<String, byte[]> files(Call.Body body) {
    return checked(fields(body));
  }

  private static SortedMap<String, byte[]> fields(Call.Body body) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    Call.Body sent = body.object("files");
    if (sent == null) throw Problem.malformed("files is missing");
    for (Object key : sent.fields().keySet()) {
      String name = checked(String.valueOf(key));
      Call.Body file = sent.object(name);
      if (file == null) throw Problem.malformed("files." + name + " is an object");
      file.only("text", "base64");
      String text = file.text("text");
      String encoded = file.text("base64");
      if ((text == null) == (encoded == null))
        throw Problem.malformed("files." + name + " has either text or base64");
      files.put(
          name,
          text != null
              ? text.getBytes(StandardCharsets.UTF_8)
              : decode(name, String.valueOf(encoded)));
    }
    return files;
  }

  private static byte[] decode(String name, String encoded) {
    try {
      return Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException e) {
      throw Problem.malformed("files." + name + ".base64 is not Base64");
    }
  }

  private static SortedMap<String, byte[]> unzip(byte[] zip) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    long left = MOST_BYTES;
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry; (entry = in.getNextEntry()) != null; ) {
        if (entry.isDirectory()) continue;
        String name = checked(entry.getName());
        byte[] bytes = in.readNBytes((int) left + 1);
        left -= bytes.length;
        if (left < 0 || files.size() >= MOST_FILES)
          throw new Problem(
              Problem.Kind.TOO_LARGE, "the archive unpacks to more than a script may have");
        if (files.put(name, bytes) != null) throw Problem.malformed(name + " is in it twice");
      }
    } catch (ZipException | IllegalArgumentException e) {
      throw Problem.malformed("the archive cannot be read: " + e.getMessage());
    } catch (IOException e) {
      throw Problem.malformed("the archive ends too early");
    }
    return files;
  }

  /** A name that stays within the bundle on every system. */
  private static String checked(String name) {
    boolean isGood =
        name.length() <= 255
            && name.matches("[A-Za-z0-9_@][A-Za-z0-9_@.+-]*(/[A-Za-z0-9_@][A-Za-z0-9_@.+-]*)*");
    if (!isGood)
      throw Problem.malformed(
          "\""
              + name
              + "\" is no name of a file: letters, digits, _ @ . + -, and / between folders");
    return name;
  }

  /** As the contract shows a file: its text, or Base64 of what is none. */
  static Fields shown(byte[] bytes) {
    try {
      return Fields.of(
          "text", StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Fields.of("base64", Base64.getEncoder().encodeToString(bytes));
    }
  }
}
