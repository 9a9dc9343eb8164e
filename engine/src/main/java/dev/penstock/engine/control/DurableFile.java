package dev.penstock.engine.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Files that hold what they held before, or what was written, whenever the machine stops: a
 * temporary file, fsync, rename, fsync of the folder. Only their owner may read them.
 */
public final class DurableFile {
  private DurableFile() {}

  /** Writes all of {@code bytes}, or leaves {@code file} as it is. */
  public static void write(Path file, byte[] bytes) throws IOException {
    Path folder = folderOf(file);
    createFolder(folder);
    Path temporary = folder.resolve("." + file.getFileName() + ".new");
    Files.deleteIfExists(temporary);
    try (FileChannel channel = open(temporary)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) channel.write(rest);
      channel.force(true);
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    sync(folder);
  }

  /** Appends a line, which is on disk when this returns. */
  public static void append(Path file, byte[] line) throws IOException {
    createFolder(folderOf(file));
    if (!Files.exists(file)) open(file).close();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
      ByteBuffer rest = ByteBuffer.wrap(line);
      while (rest.hasRemaining()) channel.write(rest);
      channel.force(false);
    }
  }

  private static FileChannel open(Path file) throws IOException {
    var options = java.util.Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    return isPosix(file)
        ? FileChannel.open(file, options, mode("rw-------"))
        : FileChannel.open(file, options);
  }

  /** A folder that only its owner may look into. */
  public static void createFolder(Path folder) throws IOException {
    if (Files.isDirectory(folder)) return;
    try {
      if (isPosix(folder)) Files.createDirectories(folder, mode("rwx------"));
      else Files.createDirectories(folder);
    } catch (FileAlreadyExistsException e) {
      throw new IOException(folder + " is not a folder", e);
    }
  }

  private static Path folderOf(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) throw new IOException(file + " is no file");
    return folder;
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static FileAttribute<?> mode(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }

  private static void sync(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows cannot open a folder, and needs no such thing.
    }
  }

  /** SHA-256 as hexadecimal digits. */
  public static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
