package dev.penstock.scripting;

import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.ProxyError;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.SourceSection;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * Why a call into a script failed, in words for its author.
 *
 * @param budget the budget that was exceeded, or null when the script itself failed
 * @param message one line: {@code TypeError: x is undefined}
 * @param stack lines {@code at name (file:line:column)}, positions mapped to the sources; may be
 *     empty
 */
record ScriptFailure(@Nullable Budget budget, String message, String stack) {
  private static final int MAX_MESSAGE = 2_000;

  static ScriptFailure of(Budget budget) {
    return new ScriptFailure(budget, "the script " + budget.sentence(), "");
  }

  static ScriptFailure of(String message) {
    return new ScriptFailure(null, message, "");
  }

  static ScriptFailure of(PolyglotException thrown, ScriptBundle bundle) {
    if (thrown.isResourceExhausted())
      return new ScriptFailure(Budget.ALLOCATION, shortened(thrown.getMessage()), "");
    if (thrown.isInterrupted() || thrown.isCancelled()) return of(Budget.CPU);
    StringBuilder stack = new StringBuilder();
    int frames = 0;
    for (PolyglotException.StackFrame frame : thrown.getPolyglotStackTrace()) {
      if (!frame.isGuestFrame() || frames++ == 20) continue;
      SourceSection at = frame.getSourceLocation();
      if (at == null || at.getSource().isInternal()) continue;
      String place =
          SourceMaps.place(
              bundle, at.getSource().getName(), at.getStartLine(), at.getStartColumn());
      stack.append("\n    at ").append(frame.getRootName()).append(" (").append(place).append(')');
    }
    return new ScriptFailure(null, shortened(thrown.getMessage()), stack.toString());
  }

  /**
   * Of what a promise was rejected with, or of what was thrown and caught. Call in a turn of its
   * guest.
   */
  static ScriptFailure of(Value error, ScriptBundle bundle) {
    if (error.isException()) {
      try {
        throw error.throwException();
      } catch (PolyglotException e) {
        return of(e, bundle);
      }
    }
    String text = error.isString() ? error.asString() : error.toString();
    return new ScriptFailure(null, shortened("thrown: " + text), "");
  }

  /**
   * As the configuration's errors are told: file, line and column as the location, and the line
   * itself.
   */
  static ConfigException refusal(PolyglotException thrown, ScriptBundle bundle) {
    String message = shortened(thrown.getMessage());
    SourceSection at = thrown.getSourceLocation();
    if (thrown.isInterrupted())
      message = "evaluating the module used more CPU time than its limit (limits.startup)";
    message = firstLine(message);
    // The parser says the place before the sentence; we say it ourselves.
    if (at != null && thrown.isSyntaxError())
      message = message.replaceFirst("^SyntaxError: \\S+?:\\d+:\\d+ ", "SyntaxError: ");
    if (at == null || !bundle.contains(at.getSource().getName())) {
      return new ConfigException(explained(message, bundle), bundle.name(), thrown);
    }
    String location =
        SourceMaps.place(bundle, at.getSource().getName(), at.getStartLine(), at.getStartColumn());
    return new ConfigException(
        explained(message, bundle) + codeFrame(at, bundle), location, thrown);
  }

  private static String explained(String message, ScriptBundle bundle) {
    if (message.contains("Illegal character in ")
        || message.contains("Nul character not allowed")) {
      return "cannot import: a specifier is neither a path nor the name of a package ("
          + message
          + ")";
    }
    if (message.contains(" does not provide an export named ") && bundle.hasTypeScript()) {
      return message + "; if it is a type, write `import type`";
    }
    int from = message.indexOf("Cannot find module '");
    if (from < 0) return message;
    String rest = message.substring(from + 20);
    String specifier = rest.substring(0, Math.max(0, rest.indexOf('\'')));
    int by = rest.indexOf("imported from ");
    String importer = by < 0 ? bundle.entry() : rest.substring(by + 14).strip();
    String why;
    if (specifier.startsWith("/outside/")) {
      specifier = specifier.substring(9).replace('_', '/');
      why =
          "imports have no scheme; they name files of the bundle, or packages of its node_modules";
    } else if (specifier.startsWith("/")) {
      why = "there is no such file in the bundle, and imports never leave it";
    } else {
      why =
          "there is no such package in the bundle's node_modules, or it does not export this as an ES module";
    }
    return "cannot import '"
        + specifier
        + "' from "
        + importer.substring(importer.startsWith("/") ? 1 : 0)
        + ": "
        + why;
  }

  private static String codeFrame(SourceSection at, ScriptBundle bundle) {
    // As its author wrote it: of TypeScript, what runs has blanks where the types are.
    String written = bundle.written(at.getSource().getName());
    String text = written != null ? written : at.getSource().getCharacters().toString();
    return CodeFrame.of(text, at.getStartLine(), at.getStartColumn());
  }

  /**
   * As it ends the exchange. What the client may see of it says no more than that a script failed.
   */
  ProxyError error() {
    if (budget == null) return ProxyError.of(ProxyError.Kind.FILTER_FAILED, "script failed");
    ProxyError.Kind kind =
        budget == Budget.WALL ? ProxyError.Kind.FILTER_TIMEOUT : ProxyError.Kind.FILTER_OVER_BUDGET;
    return ProxyError.of(kind, "script over its " + budget.text() + " budget");
  }

  @Override
  public String toString() {
    return message + stack;
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  private static String shortened(@Nullable String text) {
    if (text == null) return "no message";
    return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE) + "…";
  }
}
