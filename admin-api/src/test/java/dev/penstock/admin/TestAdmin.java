package dev.penstock.admin;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.boot.Opening;
import dev.penstock.engine.control.StartChoice;
import dev.penstock.engine.spi.Extension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A gateway with its admin API on ports that the system chose, and a client for it. */
final class TestAdmin implements AutoCloseable {
  static final String TOKEN = "pst_for-tests-0123456789";

  private final Gateway gateway;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<String> announced;

  private TestAdmin(Gateway gateway, List<String> announced) {
    this.gateway = gateway;
    this.announced = announced;
  }

  /** What came back. */
  record Reply(int status, String body, HttpResponse<String> whole) {
    @Nullable Object json() {
      return JsonReader.read(body);
    }

    /** {@code at("items.0.number")}. */
    @Nullable Object at(String path) {
      Object at = json();
      for (String step : path.split("\\.", -1)) {
        if (at instanceof Map<?, ?> map) at = map.get(step);
        else if (at instanceof List<?> list) at = list.get(Integer.parseInt(step));
        else return null;
      }
      return at;
    }

    String header(String name) {
      return whole.headers().firstValue(name).orElse("");
    }
  }

  /**
   * Starts a gateway.
   *
   * @param yaml the configuration, without listeners, access log, workers and admin
   * @param admin more keys of {@code admin}
   */
  static TestAdmin start(Path folder, String yaml, String admin, Extension... more) {
    Path file = folder.resolve("gateway.yaml");
    try {
      Files.writeString(
          file,
          yaml.stripIndent()
              + "\nlisteners: { web: \"127.0.0.1:0\" }\naccess-log: { to: off }\nworkers: 1\n"
              + "shutdown: { pre-stop: 0s, grace: 1s }\n"
              + "admin: { bind: \"127.0.0.1:0\""
              + (admin.isEmpty() ? "" : ", " + admin)
              + " }\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return open(file, more);
  }

  static TestAdmin start(Path folder, String yaml, Extension... more) {
    return start(folder, yaml, "token: \"" + TOKEN + "\", state: state", more);
  }

  static TestAdmin open(Path file, Extension... more) {
    List<String> announced = new CopyOnWriteArrayList<>();
    List<Extension> extensions = new ArrayList<>(List.of(more));
    extensions.add(new AdminExtension());
    return new TestAdmin(
        Gateway.start(
            file, extensions, name -> null, new Opening(StartChoice.NEWEST, null, announced::add)),
        announced);
  }

  Gateway gateway() {
    return gateway;
  }

  List<String> announced() {
    return announced;
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + gateway.adminAddress().getPort() + path);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer " + TOKEN);
  }

  Reply send(HttpRequest request) {
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      return new Reply(response.statusCode(), response.body(), response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  Reply get(String path, String... headers) {
    HttpRequest.Builder request = request(path);
    if (headers.length > 0) request.headers(headers);
    return send(request.build());
  }

  /** A request with a JSON body. */
  Reply call(String method, String path, String body, String... headers) {
    HttpRequest.Builder request = request(path);
    if (!body.isEmpty()) request.header("Content-Type", "application/json");
    if (headers.length > 0) request.headers(headers);
    request.method(
        method,
        body.isEmpty()
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body));
    return send(request.build());
  }

  /** As somebody else. */
  Reply as(String token, String method, String path, String body) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
    if (!token.isEmpty()) request.header("Authorization", "Bearer " + token);
    if (!body.isEmpty()) request.header("Content-Type", "application/json");
    request.method(method, HttpRequest.BodyPublishers.ofString(body));
    return send(request.build());
  }

  /** A new token with this role. */
  String token(String name, String role) {
    Reply made =
        call("POST", "/api/v1/tokens", "{\"name\":\"" + name + "\",\"role\":\"" + role + "\"}");
    return String.valueOf(made.at("token"));
  }

  HttpClient client() {
    return client;
  }

  @Override
  public void close() {
    gateway.close(0, 0);
    client.close();
  }
}
