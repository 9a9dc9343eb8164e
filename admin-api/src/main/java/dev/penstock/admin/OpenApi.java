package dev.penstock.admin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes the OpenAPI 3.1 document of a table of operations. */
final class OpenApi {
  private static final Pattern PARAMETER = Pattern.compile("\\{([a-z]+)…?}");

  private OpenApi() {}

  static Fields of(List<Operation> operations) {
    Map<String, Fields> paths = new LinkedHashMap<>();
    for (Operation each : operations) {
      if (each.path().equals("/") || each.path().equals("/{path…}")) continue; // the dashboard
      paths
          .computeIfAbsent(each.path().replace("…}", "}"), path -> new Fields())
          .with(each.method().toLowerCase(Locale.ROOT), operation(each));
    }
    return Fields.of(
        "openapi",
        "3.1.0",
        "info",
        Fields.of(
            "title", "Penstock admin API",
            "version", "1",
            "description",
                "Rules for all requests, and the fields of answers: admin-api/docs/api.md."),
        "paths",
        paths,
        "components",
        Fields.of(
            "securitySchemes", Fields.of("token", Fields.of("type", "http", "scheme", "bearer")),
            "schemas", Fields.of("Problem", problem()),
            "responses",
                Fields.of(
                    "Problem",
                    Fields.of(
                        "description",
                        "Why not (RFC 9457)",
                        "content",
                        Fields.of(
                            "application/problem+json",
                            Fields.of(
                                "schema", Fields.of("$ref", "#/components/schemas/Problem")))))));
  }

  private static Fields operation(Operation of) {
    List<Fields> parameters = new ArrayList<>();
    Matcher inPath = PARAMETER.matcher(of.path());
    while (inPath.find())
      parameters.add(
          Fields.of("name", inPath.group(1), "in", "path", "required", true, "schema", text()));
    for (Operation.Parameter each : of.parameters())
      parameters.add(
          Fields.of(
              "name",
              each.name(),
              "in",
              "query",
              "description",
              each.description(),
              "schema",
              text()));
    if (of.isChange() && !of.method().equals("POST"))
      parameters.add(Fields.of("name", "If-Match", "in", "header", "schema", text()));
    if (of.method().equals("POST"))
      parameters.add(Fields.of("name", "Idempotency-Key", "in", "header", "schema", text()));
    Map<String, Object> bodies = new LinkedHashMap<>();
    of.consumes().stream().sorted().forEach(type -> bodies.put(type, new Fields()));
    return Fields.of(
        "operationId",
        id(of),
        "tags",
        List.of(tag(of)),
        "summary",
        of.summary(),
        "description",
        of.role() == null ? null : "Takes the role " + of.role().text() + ".",
        "security",
        of.role() == null ? List.of() : List.of(Fields.of("token", List.of())),
        "parameters",
        parameters.isEmpty() ? null : parameters,
        "requestBody",
        bodies.isEmpty() ? null : Fields.of("content", bodies),
        "responses",
        Fields.of(
            "2XX", Fields.of("description", "Done"),
            "default", Fields.of("$ref", "#/components/responses/Problem")));
  }

  private static Fields text() {
    return Fields.of("type", "string");
  }

  private static Fields problem() {
    Fields number = Fields.of("type", "integer");
    return Fields.of(
        "type", "object",
        "required", List.of("type", "title", "status", "detail", "requestId"),
        "properties",
            Fields.of(
                "type", text(),
                "title", text(),
                "status", number,
                "detail", text(),
                "requestId", text(),
                "errors",
                    Fields.of(
                        "type",
                        "array",
                        "items",
                        Fields.of(
                            "type",
                            "object",
                            "properties",
                            Fields.of(
                                "pointer", text(),
                                "path", text(),
                                "file", text(),
                                "line", number,
                                "column", number,
                                "message", text(),
                                "remedy", text(),
                                "frame", text())))));
  }

  private static String tag(Operation of) {
    String[] parts = of.path().split("/", -1);
    return parts.length > 3 && parts[1].equals("api") ? parts[3] : "health";
  }

  private static String id(Operation of) {
    StringBuilder id = new StringBuilder(of.method().toLowerCase(Locale.ROOT));
    for (String part : of.path().split("[/{}….]+", -1))
      if (!part.isEmpty() && !part.equals("api") && !part.equals("v1"))
        id.append(Character.toUpperCase(part.charAt(0))).append(part.substring(1));
    return id.toString();
  }
}
