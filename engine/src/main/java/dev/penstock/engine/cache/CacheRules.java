package dev.penstock.engine.cache;

import dev.penstock.engine.spi.Config.Bytes;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import org.jspecify.annotations.Nullable;

/** A cache that routes share. */
@Doc("A cache that routes share.")
public record CacheRules(
    @Doc("How much memory it may use.") @Default("256MiB") @Bytes @Range("1MiB..") long heap,
    @Doc("Larger bodies are passed on without being stored.")
        @Default("8MiB")
        @Bytes
        @Range("1KiB..1GiB")
        int maxObject,
    @Doc("How much memory outside of the heap it may use besides, for what leaves the heap.")
        @Bytes
        @Range("1MiB..")
        @Nullable Long offheap,
    @Doc("A folder for what leaves the heap, and what outlives the process.")
        @Nullable DiskRules disk) {

  /** What the cache named {@code default} is, where it is not written. */
  public static final CacheRules DEFAULTS = new CacheRules(256L << 20, 8 << 20, null, null);

  public CacheRules {
    if (maxObject > heap / 2)
      throw new IllegalArgumentException(
          "max-object is more than half of heap; make it smaller, or heap larger");
  }
}
