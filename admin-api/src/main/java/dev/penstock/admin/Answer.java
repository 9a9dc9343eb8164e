package dev.penstock.admin;

import dev.penstock.engine.control.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client gets, whole. */
final class Answer {
  private static final String JSON = "application/json; charset=utf-8";

  private int status;
  private final byte[] body;
  private String type;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private @Nullable Feed feed;

  private Answer(int status, String type, byte[] body) {
    this.status = status;
    this.type = type;
    this.body = body;
  }

  static Answer json(int status, @Nullable Object value) {
    return new Answer(status, JSON, Json.line(value).getBytes(StandardCharsets.UTF_8));
  }

  static Answer json(@Nullable Object value) {
    return json(200, value);
  }

  static Answer text(String type, String text) {
    return bytes(type, text.getBytes(StandardCharsets.UTF_8));
  }

  static Answer bytes(String type, byte[] body) {
    return new Answer(200, type, body);
  }

  static Answer empty(int status) {
    return new Answer(status, "", new byte[0]);
  }

  /** Events, for as long as the client stays. */
  static Answer stream(Feed feed) {
    Answer answer = new Answer(200, "text/event-stream; charset=utf-8", new byte[0]);
    answer.feed = feed;
    return answer;
  }

  @Nullable Feed feed() {
    return feed;
  }

  Answer type(String other) {
    type = other;
    return this;
  }

  Answer status(int other) {
    status = other;
    return this;
  }

  Answer header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  Answer etag(String etag) {
    return header("ETag", etag);
  }

  int status() {
    return status;
  }

  String type() {
    return type;
  }

  byte[] body() {
    return body;
  }

  Map<String, String> headers() {
    return headers;
  }
}
