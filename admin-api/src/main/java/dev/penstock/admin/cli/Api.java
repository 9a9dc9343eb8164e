package dev.penstock.admin.cli;

import dev.penstock.engine.control.Document;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The admin API as commands see it, with the options that say which gateway is meant. */
final class Api {
  private static final Duration PATIENCE = Duration.ofSeconds(70);

  @Option(names = "--context", paramLabel = "NAME", description = "the gateway by its name")
  private @Nullable String context;

  @Option(
      names = "--address",
      paramLabel = "URL",
      description = "the gateway by its admin address, http://127.0.0.1:9000")
  private @Nullable String address;

  private @Nullable HttpClient client;

  private HttpClient client() throws IOException {
    HttpClient known = client;
    if (known != null) return known;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5));
    Identity identity = chosen().identity();
    if (!identity.isNone()) builder.sslContext(identity.context());
    return client = builder.build();
  }

  private Contexts.Context chosen() throws IOException {
    return Contexts.load(System::getenv).choose(context, address, System::getenv);
  }

  /** What went wrong, as a sentence for the terminal. */
  static final class FailedException extends IOException {
    private static final long serialVersionUID = 1L;

    FailedException(String message) {
      super(message);
    }
  }

  private HttpRequest.Builder request(String path) throws IOException {
    Contexts.Context to = chosen();
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(to.address() + path))
              .header("Accept", "application/json");
      if (!to.token().isEmpty()) request.header("Authorization", "Bearer " + to.token());
      return request;
    } catch (IllegalArgumentException e) {
      throw new FailedException(to.address() + " is no address; write http://host:port");
    }
  }

  /** The answer as a tree of maps and lists. */
  Map<?, ?> get(String path) throws IOException, InterruptedException {
    return send(request(path).timeout(PATIENCE).GET().build());
  }

  Map<?, ?> post(String path) throws IOException, InterruptedException {
    return send(request(path).timeout(PATIENCE).POST(HttpRequest.BodyPublishers.noBody()).build());
  }

  Map<?, ?> put(String path, String type, byte[] body) throws IOException, InterruptedException {
    return send(
        request(path)
            .timeout(PATIENCE)
            .header("Content-Type", type)
            .PUT(HttpRequest.BodyPublishers.ofByteArray(body))
            .build());
  }

  private Map<?, ?> send(HttpRequest request) throws IOException, InterruptedException {
    try {
      HttpResponse<String> response = client().send(request, HttpResponse.BodyHandlers.ofString());
      Map<?, ?> body = tree(response.body());
      if (response.statusCode() >= 400)
        throw new FailedException(said(response.statusCode(), body));
      return body;
    } catch (ConnectException e) {
      throw new FailedException(
          "nothing answers at " + request.uri().getAuthority() + "; is the gateway running?");
    } catch (SSLException e) {
      throw new FailedException(
          "no https with "
              + request.uri().getAuthority()
              + ": "
              + e.getMessage()
              + "\nSay whom to believe, and who you are: penstock context set NAME --address URL --authority ca.pem --certificate me.pem --key me.key");
    }
  }

  /** Reads events until the stream ends or the command is stopped. */
  void stream(String path, BiConsumer<String, Map<?, ?>> reader)
      throws IOException, InterruptedException {
    HttpResponse<Stream<String>> response =
        client().send(request(path).GET().build(), HttpResponse.BodyHandlers.ofLines());
    try (Stream<String> lines = response.body()) {
      if (response.statusCode() >= 400)
        throw new FailedException(
            said(response.statusCode(), tree(String.join("\n", lines.toList()))));
      String event = "";
      for (String line : (Iterable<String>) lines::iterator) {
        if (line.startsWith("event: ")) event = line.substring(7);
        if (line.startsWith("data: ")) reader.accept(event, tree(line.substring(6)));
      }
    }
  }

  private static Map<?, ?> tree(String json) throws IOException {
    if (json.isBlank()) return Map.of();
    try {
      return Document.parse(json, "answer").tree() instanceof Map<?, ?> map ? map : Map.of();
    } catch (Document.MalformedException e) {
      throw new FailedException("this is no answer of a gateway: " + e.getMessage());
    }
  }

  private static String said(int status, Map<?, ?> problem) {
    StringBuilder text = new StringBuilder();
    text.append(problem.get("title") == null ? "HTTP " + status : problem.get("title"));
    if (problem.get("detail") != null) text.append(": ").append(problem.get("detail"));
    if (problem.get("errors") instanceof List<?> errors)
      for (Object each : errors)
        if (each instanceof Map<?, ?> error) text.append('\n').append(said(error));
    if (status == 401)
      text.append("\nSet one with: penstock context set NAME --address URL --token");
    return text.toString();
  }

  private static String said(Map<?, ?> error) {
    StringBuilder text = new StringBuilder("  ");
    if (error.get("file") != null) text.append(error.get("file")).append(':');
    if (error.get("line") != null)
      text.append(error.get("line")).append(':').append(error.get("column")).append(": ");
    if (error.get("path") != null) text.append(error.get("path")).append(": ");
    text.append(error.get("message"));
    if (error.get("remedy") != null) text.append("; ").append(error.get("remedy"));
    if (error.get("frame") != null) text.append('\n').append(error.get("frame"));
    return text.toString();
  }

  /** A value as a part of a path or query. */
  static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
