package dev.penstock.admin;

import dev.penstock.engine.control.AdminRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One line of the table that registers the routes, and that the OpenAPI document is made from.
 *
 * @param path as the contract writes it; {@code {path…}} takes the rest
 * @param role who may; null for everybody, without a token
 * @param action its name in the audit log; empty where nothing is changed
 * @param consumes types of bodies that are taken; empty for none
 * @param maxBytes largest body
 */
record Operation(
    String method,
    String path,
    @Nullable AdminRole role,
    String summary,
    String action,
    Set<String> consumes,
    long maxBytes,
    List<Parameter> parameters,
    Handler handler) {
  static final long MAX_BODY = 8L << 20;
  static final Set<String> JSON = Set.of("application/json");

  /** Of the query. */
  record Parameter(String name, String description) {}

  /** Answers a call, on a thread of its own. */
  @FunctionalInterface
  interface Handler {
    Answer handle(Call call) throws Exception;
  }

  static Operation get(String path, @Nullable AdminRole role, String summary, Handler handler) {
    return new Operation("GET", path, role, summary, "", Set.of(), 0, List.of(), handler);
  }

  static Operation write(
      String method, String path, AdminRole role, String action, String summary, Handler handler) {
    boolean hasBody = !method.equals("DELETE");
    return new Operation(
        method,
        path,
        role,
        summary,
        action,
        hasBody ? JSON : Set.of(),
        MAX_BODY,
        List.of(),
        handler);
  }

  Operation consuming(String... types) {
    return new Operation(
        method, path, role, summary, action, Set.of(types), MAX_BODY, parameters, handler);
  }

  Operation atMost(long bytes) {
    return new Operation(method, path, role, summary, action, consumes, bytes, parameters, handler);
  }

  /** With a parameter of the query. */
  Operation with(String name, String description) {
    List<Parameter> more = new ArrayList<>(parameters);
    more.add(new Parameter(name, description));
    return new Operation(
        method, path, role, summary, action, consumes, maxBytes, List.copyOf(more), handler);
  }

  /** Takes {@code dry-run} and {@code note}, as all edits of the document do. */
  Operation edits() {
    return with("dry-run", "true: answers the same without doing it")
        .with("note", "is kept with the revision");
  }

  /** Takes {@code limit} and {@code cursor}, as all lists do. */
  Operation paged() {
    return with("limit", "1 to 1000, default 100").with("cursor", "the `next` of the page before");
  }

  boolean isChange() {
    return !action.isEmpty();
  }
}
