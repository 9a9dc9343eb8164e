package dev.penstock.engine.wire;

import dev.penstock.engine.http.HeaderMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@link Http2Client} has read of one stream. */
public final class Http2Response {
  private final List<Integer> interim = new ArrayList<>();
  private final StringBuilder body = new StringBuilder();
  private final HeaderMap fields = new HeaderMap();
  private int status;
  private String trailers = "";
  private String end = "";

  void head(int newStatus, HeaderMap newFields) {
    if (newStatus < 200) {
      interim.add(newStatus);
      return;
    }
    status = newStatus;
    fields.addAll(newFields);
  }

  void body(String part) {
    body.append(part);
  }

  void trailers(String text) {
    trailers = text;
  }

  void end(String how) {
    if (!isOver()) end = how;
  }

  boolean hasHead() {
    return status != 0;
  }

  boolean isOver() {
    return !end.isEmpty();
  }

  /** 0 when no final head has come. */
  public int status() {
    return status;
  }

  public List<Integer> interim() {
    return interim;
  }

  public @Nullable String field(String name) {
    return fields.joined(name);
  }

  public String body() {
    return body.toString();
  }

  /** As lines. */
  public String trailers() {
    return trailers;
  }

  /** {@code "end"}, or {@code "reset CODE"}. */
  public String how() {
    return end;
  }
}
