package dev.penstock.engine.cache;

import dev.penstock.engine.spi.Config.Bytes;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.Config.Shorthand;
import java.nio.file.Path;

/** A folder for stored responses. */
@Doc("A folder in which stored responses outlive the process: its path, or a mapping.")
public record DiskRules(
    @Doc("The folder, which belongs to this cache alone.") @Shorthand Path folder,
    @Doc("How much it may hold.") @Default("4GiB") @Bytes @Range("16MiB..") long size) {}
