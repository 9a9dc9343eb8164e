package dev.penstock.scripting;

import dev.penstock.engine.spi.Phase;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Exercises the Web APIs once per process, each before the first script that names it: a made-up
 * exchange need not reach where a script uses it, and what runs for the first time is slow. On the
 * builder's thread.
 */
final class LibraryRehearsal {
  /** The first call is the slow one, a few more settle what it left to be decided. */
  private static final int CALLS = 5;

  private static final String FOLDER = "rehearsal/";

  /** What is exercised together, and the words of a script that ask for it; without any, always. */
  private enum Piece {
    HEADERS("headers"),
    ENCODING("encoding", "TextEncoder", "TextDecoder", "atob", "btoa"),
    URLS("url", "URL", "URLSearchParams"),
    ANSWERS("answers", "Response", "Request", "fetch"),
    STREAMS("streams", "ReadableStream", "TransformStream", "pipeThrough", "pipeTo", "getReader"),
    CRYPTO("crypto", "crypto");

    private final String file;
    private final List<String> words;

    Piece(String file, String... words) {
      this.file = file;
      this.words = List.of(words);
    }

    boolean isNamedIn(Set<String> script) {
      return words.isEmpty() || words.stream().anyMatch(script::contains);
    }
  }

  private final ScriptRuntime runtime;
  private final Set<Piece> done = EnumSet.noneOf(Piece.class);

  LibraryRehearsal(ScriptRuntime runtime) {
    this.runtime = runtime;
  }

  /** All that there is. */
  void run() {
    run(EnumSet.allOf(Piece.class));
  }

  /** What a script with these words uses; none stand for what all scripts use. */
  void run(Set<String> words) {
    EnumSet<Piece> asked = EnumSet.allOf(Piece.class);
    asked.removeIf(piece -> !piece.isNamedIn(words));
    run(asked);
  }

  private void run(EnumSet<Piece> pieces) {
    pieces.removeAll(done);
    if (pieces.isEmpty()) return;
    done.addAll(pieces);
    ScriptRules rules = ScriptRules.unhurried("rehearsal.js");
    ScriptVersion version =
        ScriptVersion.unchecked(runtime, bundle(pieces), rules.limits().startup().toNanos());
    try {
      Bindings none = new Bindings(List.of(), Set.of());
      Set<Phase> phases = Set.of(Phase.ON_REQUEST, Phase.ON_RESPONSE);
      Rehearsal.run(runtime, version, rules, none, phases, CALLS, 0);
    } finally {
      version.release();
    }
  }

  private static ScriptBundle bundle(Set<Piece> pieces) {
    Map<String, String> files = new HashMap<>();
    List<String> imports = new ArrayList<>();
    StringBuilder calls = new StringBuilder();
    for (Piece piece : pieces) {
      String file = piece.file + ".js";
      files.put("/" + file, String.valueOf(Guest.source(FOLDER + file).getCharacters()));
      imports.add("import { exercise as " + piece.file + " } from './" + file + "';\n");
      calls.append("  answer = (await ").append(piece.file).append("(exchange)) ?? answer;\n");
    }
    String entry =
        String.join("", imports)
            + "export async function onRequest(exchange) {\n  let answer;\n"
            + calls
            + "  return answer;\n}\n"
            + "export function onResponse({ response }) {"
            + " response.headers.append('x-rehearsal', 'done'); }\n";
    files.put("/rehearsal.js", entry);
    return ScriptBundle.of("rehearsal.js", "/rehearsal.js", files, TypeScript.REWRITER);
  }
}
