package dev.penstock.admin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** Reads a stream of events as a page would. */
final class EventReader implements AutoCloseable {
  private final BufferedReader in;

  private EventReader(BufferedReader in) {
    this.in = in;
  }

  static EventReader open(TestAdmin admin, String path, String... headers) {
    try {
      var request = admin.request(path);
      if (headers.length > 0) request.headers(headers);
      var response =
          admin.client().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      if (response.statusCode() != 200)
        throw new AssertionError(path + ": " + response.statusCode());
      EventReader reader =
          new EventReader(
              new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8)));
      reader.in.readLine(); // the greeting: whoever has it misses nothing that follows
      return reader;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The data of the next event of {@code type}. */
  String next(String type) {
    try {
      String event = "";
      for (String line; (line = in.readLine()) != null; ) {
        if (line.startsWith("event: ")) event = line.substring(7);
        if (line.startsWith("data: ") && event.equals(type)) return line.substring(6);
      }
      throw new AssertionError("the stream ended");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
