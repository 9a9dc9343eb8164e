package dev.penstock.plugins.rewrite;

/** One rule at work on one body: takes bytes as they come, gives on what is decided. */
sealed interface Stage permits LiteralStage, ExpressionStage {
  /** Takes {@code length} bytes; what is decided goes to {@code out}. */
  void take(byte[] bytes, int from, int length, GrowingBytes out);

  /** The body has ended: what was held back goes to {@code out}. */
  void end(GrowingBytes out);
}
