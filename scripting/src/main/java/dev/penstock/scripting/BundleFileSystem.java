package dev.penstock.scripting;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.DirectoryStream;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Map;
import java.util.Set;
import org.graalvm.polyglot.io.FileSystem;

/**
 * The only files a script can reach: those of its bundle, read-only, in memory. One object per
 * context, used by one thread at a time. No path of the real file system is ever touched.
 */
final class BundleFileSystem implements FileSystem {
  private final ScriptBundle bundle;
  // GraalJS asks for the path of the importing module, then for that of the bare specifier (25.0,
  // checked by a test).
  private String referrer;

  BundleFileSystem(ScriptBundle bundle) {
    this.bundle = bundle;
    this.referrer = bundle.entry();
  }

  @Override
  public Path parsePath(URI uri) {
    String module = "/" + uri;
    if (bundle.contains(module)) return Path.of(module); // penstock:test, in tests only
    // Has a scheme: file:, http:, node: and all others lead out of the bundle, where there is
    // nothing.
    return Path.of("/outside/" + uri.toString().replace('/', '_'));
  }

  @Override
  public Path parsePath(String path) {
    if (path.isEmpty()) return Path.of("");
    if (path.indexOf('\0') >= 0) return Path.of("/outside/nul");
    if (path.startsWith("/")) {
      if (bundle.contains(path)) referrer = path;
      return Path.of(path);
    }
    String found = bundle.resolve(referrer, path);
    return Path.of(found == null ? path : found);
  }

  @Override
  public void checkAccess(Path path, Set<? extends AccessMode> modes, LinkOption... options)
      throws IOException {
    if (modes.contains(AccessMode.WRITE) || modes.contains(AccessMode.EXECUTE)) throw readOnly();
    found(path);
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    for (OpenOption option : options) {
      if (option != StandardOpenOption.READ) throw readOnly();
    }
    return new Bytes(bundle.bytes(found(path)));
  }

  @Override
  public Path toAbsolutePath(Path path) {
    return path.isAbsolute() ? path : Path.of("/").resolve(path);
  }

  @Override
  public Path toRealPath(Path path, LinkOption... options) throws IOException {
    return Path.of(found(path));
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
      throws IOException {
    int size = bundle.bytes(found(path)).length;
    return Map.of(
        "isRegularFile", true, "isDirectory", false, "isSymbolicLink", false, "size", (long) size);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path dir, DirectoryStream.Filter<? super Path> filter) {
    throw readOnly();
  }

  @Override
  public void createDirectory(Path dir, FileAttribute<?>... attributes) {
    throw readOnly();
  }

  @Override
  public void delete(Path path) {
    throw readOnly();
  }

  private String found(Path path) throws IOException {
    String name = toAbsolutePath(path).normalize().toString();
    String found = bundle.contains(name) ? name : bundle.resolve(bundle.entry(), name);
    if (found == null) throw new NoSuchFileException(name);
    return found;
  }

  private static SecurityException readOnly() {
    return new SecurityException("scripts have no file system");
  }

  /** A file in memory. */
  private static final class Bytes implements SeekableByteChannel {
    private final ByteBuffer bytes;
    private boolean open = true;

    Bytes(byte[] bytes) {
      this.bytes = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    @Override
    public int read(ByteBuffer target) {
      if (!bytes.hasRemaining()) return -1;
      int count = Math.min(target.remaining(), bytes.remaining());
      target.put(bytes.slice(bytes.position(), count));
      bytes.position(bytes.position() + count);
      return count;
    }

    @Override
    public long position() {
      return bytes.position();
    }

    @Override
    public SeekableByteChannel position(long position) {
      bytes.position((int) Math.min(position, bytes.limit()));
      return this;
    }

    @Override
    public long size() {
      return bytes.limit();
    }

    @Override
    public int write(ByteBuffer source) {
      throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long size) {
      throw new NonWritableChannelException();
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void close() {
      open = false;
    }
  }
}
