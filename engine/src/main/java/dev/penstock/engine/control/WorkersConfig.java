package dev.penstock.engine.control;

import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.Config.Shorthand;
import org.jspecify.annotations.Nullable;

/** The threads that move traffic. */
@Doc("The threads that move traffic.")
public record WorkersConfig(
    @Doc(
            "How many; without it, one for each processor that the machine or container has. Takes effect at a start only.")
        @Range("1..1024")
        @Shorthand
        @Nullable Integer count) {}
