package dev.penstock.scripting;

import dev.penstock.engine.spi.ConfigException;

/**
 * TypeScript modules: their type annotations are taken away; checking them is the editor's work.
 */
final class TypeScript {
  /** Used for {@code .ts} files while a bundle is read. */
  static final ScriptBundle.SourceRewriter REWRITER = TypeScript::strip;

  private TypeScript() {}

  private static String strip(String path, String text) {
    throw new ConfigException(
        path.substring(1) + ": TypeScript is not supported yet", path.substring(1), null);
  }
}
