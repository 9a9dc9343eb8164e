package dev.penstock.admin;

import dev.penstock.engine.control.ConfigProblem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An answer that says why not (RFC 9457). Thrown, so it carries no stack. */
final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final String BASE = "https://penstock.dev/problems/";

  /** The kinds that the contract lists. */
  enum Kind {
    MALFORMED(400, "The request cannot be read"),
    UNAUTHORIZED(401, "A token is needed"),
    FORBIDDEN(403, "This is not allowed"),
    NOT_FOUND(404, "There is no such thing"),
    METHOD_NOT_ALLOWED(405, "This method is not for this resource"),
    CONFLICT(409, "It is in the way of something else"),
    STALE(412, "It has been changed since"),
    TOO_LARGE(413, "The body is too large"),
    UNSUPPORTED_TYPE(415, "The body has a type that is not taken"),
    MISDIRECTED(421, "This is not a name of this server"),
    CONFIG_REFUSED(422, "The configuration is refused"),
    SCRIPT_REFUSED(422, "The script is refused"),
    PLUGIN_REFUSED(422, "The plugin is refused"),
    IDEMPOTENCY_MISMATCH(422, "The key was used for another request"),
    PRECONDITION_REQUIRED(428, "If-Match is needed"),
    THROTTLED(429, "Too many"),
    INTERNAL(500, "This is a bug"),
    UNAVAILABLE(503, "Not now"),
    TIMEOUT(504, "It took longer than it may");

    final int status;
    final String title;

    Kind(int status, String title) {
      this.status = status;
      this.title = title;
    }

    String type() {
      return BASE + name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  private final Kind kind;
  private final transient List<Map<String, Object>> errors;
  private final Map<String, String> headers = new LinkedHashMap<>();

  Problem(Kind kind, String detail) {
    this(kind, detail, List.of());
  }

  private Problem(Kind kind, String detail, List<Map<String, Object>> errors) {
    super(detail, null, false, false);
    this.kind = kind;
    this.errors = errors;
  }

  static Problem malformed(String detail) {
    return new Problem(Kind.MALFORMED, detail);
  }

  static Problem notFound(String detail) {
    return new Problem(Kind.NOT_FOUND, detail);
  }

  /** A body that is neither YAML nor JSON. */
  static Problem malformed(List<ConfigProblem> problems) {
    return new Problem(Kind.MALFORMED, "the body cannot be read", errors(problems));
  }

  static Problem refused(List<ConfigProblem> problems) {
    String count = problems.size() == 1 ? "1 problem" : problems.size() + " problems";
    return new Problem(Kind.CONFIG_REFUSED, count + "; nothing was changed", errors(problems));
  }

  /** With what is wrong, each as the contract has it. */
  static Problem of(Kind kind, String detail, List<Map<String, Object>> errors) {
    return new Problem(kind, detail, errors);
  }

  static List<Map<String, Object>> errors(List<ConfigProblem> problems) {
    List<Map<String, Object>> errors = new ArrayList<>();
    for (ConfigProblem each : problems) {
      errors.add(
          Fields.of(
              "pointer", each.pointer(),
              "path", each.path(),
              "line", each.line(),
              "column", each.column(),
              "file", each.file(),
              "message", each.message(),
              "remedy", each.remedy().isEmpty() ? null : each.remedy()));
    }
    return errors;
  }

  Problem header(String name, @Nullable String value) {
    if (value != null) headers.put(name, value);
    return this;
  }

  Kind kind() {
    return kind;
  }

  Answer answer(String requestId) {
    Fields body =
        Fields.of(
            "type",
            kind.type(),
            "title",
            kind.title,
            "status",
            kind.status,
            "detail",
            getMessage(),
            "requestId",
            requestId,
            "errors",
            errors.isEmpty() ? null : errors);
    Answer answer = Answer.json(kind.status, body).type("application/problem+json");
    headers.forEach(answer::header);
    return answer;
  }
}
