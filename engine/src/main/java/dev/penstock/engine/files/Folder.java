package dev.penstock.engine.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A folder that nothing leads out of. A symbolic link is followed when what it leads to lies in the
 * folder, and then that is opened name by name without following any link: one that is put there in
 * between leads nowhere. Blocks; thread-safe.
 */
final class Folder {
  private final Path root;

  /** A folder, without symbolic links in its path. */
  Folder(Path root) {
    this.root = root;
  }

  /** Something that stands there; a file is open, and whoever asked closes it. */
  record Found(BasicFileAttributes attributes, @Nullable FileChannel channel) {
    boolean isDirectory() {
      return attributes.isDirectory();
    }
  }

  /**
   * What has these names, or null: nothing, nothing that may be read, or neither file nor folder.
   */
  @Nullable Found find(List<String> names, boolean hidden) {
    try {
      Path asked = root;
      for (String name : names) asked = asked.resolve(name);
      Path real = asked.toRealPath();
      if (!real.startsWith(root)) return null;
      List<Path> inside = new ArrayList<>();
      if (!real.equals(root)) root.relativize(real).forEach(inside::add);
      for (Path name : inside) if (!hidden && FilePath.isHidden(name.toString())) return null;
      return open(real, inside);
    } catch (IOException e) {
      return null; // not there, a loop of links, a name too long, not for us
    }
  }

  private @Nullable Found open(Path real, List<Path> inside) throws IOException {
    if (inside.isEmpty())
      return new Found(Files.readAttributes(root, BasicFileAttributes.class), null);
    try (DirectoryStream<Path> top = Files.newDirectoryStream(root)) {
      return top instanceof SecureDirectoryStream<Path> secure
          ? open(secure, inside, 0)
          : openByName(real);
    }
  }

  private static @Nullable Found open(SecureDirectoryStream<Path> at, List<Path> names, int index)
      throws IOException {
    Path name = names.get(index);
    if (index < names.size() - 1) {
      try (SecureDirectoryStream<Path> next =
          at.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
        return open(next, names, index + 1);
      }
    }
    BasicFileAttributes attributes =
        at.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            .readAttributes();
    if (attributes.isDirectory()) return new Found(attributes, null);
    // Opening a pipe would wait for whoever writes to it.
    if (!attributes.isRegularFile()) return null;
    SeekableByteChannel channel =
        at.newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    if (channel instanceof FileChannel file) return new Found(attributes, file);
    channel.close();
    throw new IOException("no file channel for " + name);
  }

  /**
   * Where folders cannot be opened one in the other: the path must still be the same afterwards.
   */
  private static @Nullable Found openByName(Path real) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (attributes.isDirectory()) return new Found(attributes, null);
    if (!attributes.isRegularFile()) return null;
    FileChannel channel =
        FileChannel.open(real, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    if (real.toRealPath().equals(real)) return new Found(attributes, channel);
    channel.close();
    return null;
  }
}
