package dev.penstock.admin;

import dev.penstock.engine.control.Registries;
import dev.penstock.engine.control.ScriptDoor;
import dev.penstock.engine.control.ScriptDoor.Message;
import dev.penstock.engine.control.ScriptDoor.Sample;
import dev.penstock.engine.control.ScriptDoor.Trial;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Made-up requests for scripts: reads what a client asks for, and shows what came of it. */
final class ScriptTrials {
  static final String[] FIELDS = {"method", "url", "headers", "body", "settings", "response"};

  private ScriptTrials() {}

  static Sample sample(Call.Body body) {
    Map<String, Object> settings = new LinkedHashMap<>();
    Call.Body given = body.object("settings");
    if (given != null)
      given
          .fields()
          .forEach((name, value) -> {
            if (value != null) settings.put(String.valueOf(name), value);
          });
    Call.Body response = body.object("response");
    if (response != null) response.only("status", "headers", "body");
    Long status = response == null ? null : response.whole("status");
    if (status != null && (status < 100 || status > 599))
      throw Problem.malformed("response.status is from 100 to 599");
    Message upstream =
        new Message(
            status == null ? 200 : status.intValue(),
            response == null ? List.of() : fields(response.object("headers")),
            bytes(response == null ? null : response.text("body")));
    String method = body.text("method");
    return new Sample(
        method == null ? "GET" : method,
        body.required("url"),
        fields(body.object("headers")),
        bytes(body.text("body")),
        settings,
        upstream);
  }

  private static List<Map.Entry<String, String>> fields(Call.@Nullable Body of) {
    List<Map.Entry<String, String>> fields = new ArrayList<>();
    if (of != null)
      for (Object name : of.fields().keySet())
        fields.add(Map.entry(String.valueOf(name), String.valueOf(of.text(String.valueOf(name)))));
    return fields;
  }

  private static byte[] bytes(@Nullable String text) {
    return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
  }

  static Fields run(ScriptDoor door, Path file, Registries registries, Sample sample) {
    Trial trial = door.tryOut(file, registries, sample);
    Fields response =
        Fields.of(
            "status", trial.response().status(),
            "headers", pairs(trial.response().fields()),
            "from", trial.isFromScript() ? "script" : "upstream");
    try {
      response.put(
          "body",
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(trial.response().body()))
              .toString());
    } catch (CharacterCodingException e) {
      response.put("base64", Base64.getEncoder().encodeToString(trial.response().body()));
    }
    ScriptDoor.Forwarded request = trial.request();
    List<Fields> lines = new ArrayList<>();
    Fields exception = null;
    for (ScriptDoor.Line each : trial.lines()) {
      String[] parts = each.text().split("\n", 2);
      if (each.isFailure())
        exception =
            Fields.of(
                "message",
                parts[0],
                "stack",
                parts.length > 1 ? parts[1] : "",
                "phase",
                each.phase());
      else lines.add(Fields.of("level", each.level(), "text", each.text()));
    }
    return Fields.of(
        "response",
        response,
        "request",
        request == null
            ? null
            : Fields.of(
                "method", request.method(),
                "url", request.url(),
                "headers", pairs(request.fields())),
        "log",
        lines,
        "exception",
        exception,
        "cpuMillis",
        Fields.millis(trial.cpuNs()),
        "allocatedBytes",
        trial.allocatedBytes(),
        "durationMillis",
        Fields.millis(trial.durationNs()));
  }

  private static List<List<String>> pairs(List<Map.Entry<String, String>> of) {
    return of.stream().map(each -> List.of(each.getKey(), each.getValue())).toList();
  }
}
