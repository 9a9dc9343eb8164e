package dev.penstock.engine.boot;

import dev.penstock.engine.control.StartChoice;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a gateway starts, beside its configuration.
 *
 * @param choice what goes first, the file or the newest revision
 * @param state where a gateway with {@code admin} but without {@code admin.state} keeps its
 *     revisions and tokens; null for memory
 * @param announce is told what the operator must see once, such as the first token; not for logs
 */
public record Opening(StartChoice choice, @Nullable Path state, Consumer<String> announce) {
  /** For a gateway within another program: nothing is kept, nothing is said. */
  public static final Opening EMBEDDED = new Opening(StartChoice.NEWEST, null, said -> {});
}
