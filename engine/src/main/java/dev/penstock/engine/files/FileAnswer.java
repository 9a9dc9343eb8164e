package dev.penstock.engine.files;

import dev.penstock.engine.http.ByteRanges;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.HttpDate;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.spi.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Makes the answer to a request of what stands at its path. */
final class FileAnswer {
  private final Executor worker;

  /** The executor is the worker's, for bodies that are read elsewhere. */
  FileAnswer(Executor worker) {
    this.worker = worker;
  }

  Response of(Entry entry, RequestHead request, long nowSeconds) {
    return switch (entry) {
      case Entry.Content content -> content(content, request, nowSeconds);
      case Entry.Redirect redirect -> redirect(request);
      case Entry.Page page ->
          new Response(200).header("Content-Type", "text/html; charset=utf-8").body(page.html());
      case Entry.Missing missing -> {
        Entry.Content page = missing.page();
        yield page == null ? Response.text(404, "404: not found\n") : whole(page, request);
      }
    };
  }

  /** To the same path with a slash at its end; two at its beginning would name a host. */
  private static Response redirect(RequestHead request) {
    String path = request.path().replaceFirst("^/+", "/") + "/";
    String query = request.query();
    return new Response(301).header("Location", query == null ? path : path + "?" + query);
  }

  private static Representation chosen(Entry.Content content, RequestHead request) {
    if (content.encoded().isEmpty()) return content.plain();
    String accepted = request.headers().joined(HeaderName.ACCEPT_ENCODING.lower());
    if (accepted == null) return content.plain();
    Representation best = content.plain();
    double most = 0;
    for (Representation form : content.encoded()) {
      double weight = Acceptance.of(accepted, String.valueOf(form.encoding()));
      if (weight > most) {
        most = weight;
        best = form;
      }
    }
    return Acceptance.of(accepted, "identity") > most && !accepted.contains("*")
        ? content.plain()
        : best;
  }

  private static Response head(int status, Entry.Content content, Representation form) {
    Response response = new Response(status);
    HeaderMap headers = response.head().headers();
    headers.add(HeaderName.ETAG, form.tag());
    headers.add(HeaderName.LAST_MODIFIED, HttpDate.format(content.modified()));
    if (!content.encoded().isEmpty()) headers.add(HeaderName.VARY, "Accept-Encoding");
    for (Map.Entry<String, String> field : content.fields())
      headers.set(field.getKey(), field.getValue());
    return response;
  }

  private static void describe(Response response, Entry.Content content, Representation form) {
    HeaderMap headers = response.head().headers();
    String encoding = form.encoding();
    if (encoding != null) headers.add(HeaderName.CONTENT_ENCODING, encoding);
    if (!headers.contains(HeaderName.CONTENT_TYPE))
      headers.add(HeaderName.CONTENT_TYPE, content.type());
  }

  private Response content(Entry.Content content, RequestHead request, long nowSeconds) {
    if (content.status() != 200) return whole(content, request);
    HeaderMap asked = request.headers();
    Representation form = chosen(content, request);
    switch (Preconditions.check(asked, form.tag(), content.modified(), nowSeconds)) {
      case NOT_MODIFIED -> {
        return head(304, content, form);
      }
      case FAILED -> {
        return Response.text(412, "412: the file is another one by now\n");
      }
      case PROCEED -> {}
    }
    String range = request.isMethod("GET") ? asked.get(HeaderName.RANGE) : null;
    if (range == null
        || !Preconditions.isRangeMeant(asked, form.tag(), content.modified(), nowSeconds)) {
      return whole(content, request);
    }
    ByteRanges ranges = ByteRanges.parse(range, form.size());
    if (ranges.equals(ByteRanges.WHOLE)) return whole(content, request);
    List<ByteRanges.Part> parts = ranges.parts();
    if (parts.isEmpty()) {
      return Response.text(416, "416: the file does not have these bytes\n")
          .header("Content-Range", "bytes */" + form.size());
    }
    return parts.size() == 1
        ? single(content, form, parts.getFirst())
        : several(content, form, parts);
  }

  private Response whole(Entry.Content content, RequestHead request) {
    Representation form = chosen(content, request);
    Response response = head(content.status(), content, form);
    describe(response, content, form);
    if (content.status() == 200) response.head().headers().add(HeaderName.ACCEPT_RANGES, "bytes");
    byte[] all = form.bytes();
    if (all != null) return response.body(all);
    return body(response, form, List.of(new FileBody.Piece(null, 0, form.size())));
  }

  private Response single(Entry.Content content, Representation form, ByteRanges.Part part) {
    Response response = head(206, content, form);
    describe(response, content, form);
    response.header("Content-Range", part.contentRange(form.size()));
    return body(response, form, List.of(new FileBody.Piece(null, part.first(), part.length())));
  }

  /** RFC 9110 §14.6. */
  private Response several(
      Entry.Content content, Representation form, List<ByteRanges.Part> parts) {
    Response response = head(206, content, form);
    String boundary = ByteRanges.boundary();
    String encoding = form.encoding();
    if (encoding != null) response.head().headers().add(HeaderName.CONTENT_ENCODING, encoding);
    response
        .head()
        .headers()
        .set(HeaderName.CONTENT_TYPE, "multipart/byteranges; boundary=" + boundary);
    List<FileBody.Piece> pieces = new ArrayList<>();
    for (ByteRanges.Part part : parts) {
      pieces.add(
          text(
              "\r\n--"
                  + boundary
                  + "\r\nContent-Type: "
                  + content.type()
                  + "\r\nContent-Range: "
                  + part.contentRange(form.size())
                  + "\r\n\r\n"));
      pieces.add(new FileBody.Piece(null, part.first(), part.length()));
    }
    pieces.add(text("\r\n--" + boundary + "--\r\n"));
    return body(response, form, pieces);
  }

  private static FileBody.Piece text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new FileBody.Piece(bytes, 0, bytes.length);
  }

  private Response body(Response response, Representation form, List<FileBody.Piece> pieces) {
    OpenFile file = form.file();
    if (file != null) return response.body(new FileBody(form, file, pieces, worker));
    return response.body(joined(form.bytes(), pieces));
  }

  private static byte[] joined(byte @Nullable [] all, List<FileBody.Piece> pieces) {
    byte[] from = all == null ? new byte[0] : all;
    byte[] result = new byte[0];
    for (FileBody.Piece piece : pieces) {
      byte[] own = piece.bytes();
      int length = (int) piece.length();
      byte[] longer = Arrays.copyOf(result, result.length + length);
      if (own != null) System.arraycopy(own, 0, longer, result.length, length);
      else System.arraycopy(from, (int) piece.at(), longer, result.length, length);
      result = longer;
    }
    return result;
  }
}
