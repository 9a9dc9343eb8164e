package dev.penstock.admin;

import dev.penstock.engine.control.AdminRole;
import dev.penstock.engine.time.NanoClock;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /me}, {@code /tokens}, {@code /audit}: who may come in, and what they did. */
final class AccessResource {
  private final Tokens tokens;
  private final AuditLog audit;
  private final NanoClock clock;

  AccessResource(Tokens tokens, AuditLog audit, NanoClock clock) {
    this.tokens = tokens;
    this.audit = audit;
    this.clock = clock;
  }

  List<Operation> operations() {
    return List.of(
        Operation.get(
            "/api/v1/me",
            AdminRole.VIEWER,
            "Whose token this is",
            call -> Answer.json(me(call.token()))),
        Operation.get(
                "/api/v1/tokens",
                AdminRole.ADMIN,
                "Tokens, without themselves",
                call -> Page.of(call, tokens.all(), Tokens.Token::shown))
            .paged(),
        Operation.write(
            "POST", "/api/v1/tokens", AdminRole.ADMIN, "token.create", "Makes a token", this::make),
        Operation.write(
            "DELETE",
            "/api/v1/tokens/{id}",
            AdminRole.ADMIN,
            "token.revoke",
            "Revokes a token",
            this::revoke),
        Operation.get(
                "/api/v1/audit", AdminRole.ADMIN, "Changes and attempts, newest first", this::audit)
            .with("actor", "only of this one")
            .with("since", "only after this time, RFC 3339")
            .paged());
  }

  private static Fields me(Tokens.Token token) {
    return Fields.of(
        "id", token.id(),
        "name", token.name(),
        "role", token.role().text(),
        "expiresAt", token.expiresAt() == null ? null : Fields.time(token.expiresAt()));
  }

  private Answer make(Call call) throws IOException {
    Call.Body body = call.object().only("name", "role", "expiresInMillis");
    String name = body.required("name");
    if (name.length() > 100 || !name.equals(name.strip()))
      throw Problem.malformed("name has at most 100 characters, no blanks around it");
    AdminRole role;
    try {
      role = AdminRole.parse(body.required("role"));
    } catch (IllegalArgumentException e) {
      throw Problem.malformed(String.valueOf(e.getMessage()));
    }
    Long lasts = body.whole("expiresInMillis");
    if (lasts != null && (lasts < 1 || lasts > 3_650L * 86_400_000))
      throw Problem.malformed("expiresInMillis is from 1 to ten years");
    if (tokens.all().stream().anyMatch(each -> each.name().equals(name)))
      throw new Problem(Problem.Kind.CONFLICT, "there is a token named \"" + name + "\"");
    long now = clock.wallMillis();
    Tokens.Made made = tokens.make(name, role, lasts == null ? null : now + lasts, now);
    return Answer.json(201, made.token().shown().with("token", made.secret()))
        .header("Location", "/api/v1/tokens/" + made.token().id());
  }

  private Answer revoke(Call call) throws IOException {
    if (!tokens.revoke(call.path("id")))
      throw Problem.notFound("there is no token " + call.path("id"));
    return Answer.empty(204);
  }

  private Answer audit(Call call) {
    String actor = call.query("actor");
    Instant since = since(call.query("since"));
    List<Map<?, ?>> found =
        audit.newest().stream()
            .filter(each -> actor == null || actor.equals(each.get("actor")))
            .filter(each ->
                since == null || Instant.parse(String.valueOf(each.get("at"))).isAfter(since))
            .toList();
    return Page.of(call, found, each -> each);
  }

  private static @Nullable Instant since(@Nullable String text) {
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw Problem.malformed("since is a time such as 2026-01-31T12:00:00Z");
    }
  }
}
