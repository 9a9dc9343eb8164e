package dev.penstock.plugins.compression;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.spi.BodyPart;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.ProxyError.Kind;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.plugins.rules.Fields;
import dev.penstock.plugins.rules.When;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One worker's {@code decompress}. */
final class DecompressFilter implements Filter {
  private final DecompressConfig config;
  private final List<Coding> known;
  private final WorkerCoders coders;
  private final Counts counts;
  private final When.@Nullable Condition when;
  private final Exchange.Attribute<DecompressingBody> requestOf =
      new Exchange.Attribute<>("decompress request");
  private final Exchange.Attribute<DecompressingBody> responseOf =
      new Exchange.Attribute<>("decompress response");
  private final Exchange.Attribute<Boolean> skipped =
      new Exchange.Attribute<>("decompress skipped");

  DecompressFilter(
      DecompressConfig config, List<Coding> known, WorkerCoders coders, Counts counts) {
    this.config = config;
    this.known = known;
    this.coders = coders;
    this.counts = counts;
    when = config.when().compile();
  }

  private static @Nullable String encoding(HeaderMap headers) {
    String encoding = headers.joined(HeaderName.CONTENT_ENCODING.lower());
    return encoding == null || encoding.strip().equalsIgnoreCase("identity") ? null : encoding;
  }

  /** The coding of a body that can be taken off, or null. */
  private @Nullable Coding coding(String encoding) {
    Coding coding = Coding.only(encoding);
    return coding != null && known.contains(coding) ? coding : null;
  }

  @Override
  public Verdict onRequest(Exchange exchange) {
    if (when != null && !when.holdsFor(exchange)) {
      exchange.attribute(skipped, true);
      return Verdict.NEXT;
    }
    HeaderMap headers = exchange.request().headers();
    String encoding = config.requests() ? encoding(headers) : null;
    if (encoding == null) return Verdict.NEXT;
    Coding coding = coding(encoding);
    if (coding == null) return unsupported();
    headers.remove(HeaderName.CONTENT_ENCODING);
    headers.remove("content-md5");
    headers.remove("digest");
    headers.remove("content-digest");
    headers.remove("repr-digest");
    exchange.attribute(
        requestOf, new DecompressingBody(config, coders, coding, counts.decompressed(coding)));
    return Verdict.NEXT;
  }

  /** RFC 9110 §15.5.16: 415 says which encodings would do. */
  private Verdict unsupported() {
    Response answer =
        Response.text(415, "415: this Content-Encoding is not supported\n")
            .header(
                "Accept-Encoding",
                known.stream().map(Coding::token).collect(Collectors.joining(", ")));
    return Verdict.respond(answer);
  }

  @Override
  public Verdict onRequestBody(Exchange exchange, BodyPart part) {
    DecompressingBody body = exchange.attribute(requestOf);
    DecompressingBody.Fault fault = body == null ? null : body.pass(part);
    if (fault == null) return Verdict.NEXT;
    Kind kind = fault.isTooLarge() ? Kind.REQUEST_BODY_TOO_LARGE : Kind.BAD_REQUEST;
    return Verdict.reject(ProxyError.of(kind, fault.sentence()));
  }

  @Override
  public Verdict onResponse(Exchange exchange) {
    ResponseHead head = exchange.response();
    HeaderMap headers = head.headers();
    String encoding = encoding(headers);
    Coding coding = encoding == null ? null : coding(encoding);
    if (coding == null || !isMeant(exchange, head)) {
      exchange.leaveResponseBody();
      return Verdict.NEXT;
    }
    if (config.responses() == DecompressConfig.Responses.WHEN_NEEDED) {
      Fields.vary(headers, "Accept-Encoding");
      if (AcceptEncoding.of(exchange.request().headers()).accepts(coding)) {
        exchange.leaveResponseBody();
        return Verdict.NEXT;
      }
    }
    headers.remove(HeaderName.CONTENT_ENCODING);
    Representation.changed(headers);
    EntityTags.weaken(headers);
    if (exchange.request().isMethod("HEAD")) return Verdict.NEXT;
    exchange.attribute(
        responseOf, new DecompressingBody(config, coders, coding, counts.decompressed(coding)));
    return Verdict.NEXT;
  }

  /** Whether this response may be changed: it is whole, and nobody has forbidden it. */
  private boolean isMeant(Exchange exchange, ResponseHead head) {
    int status = head.status();
    if (config.responses() == DecompressConfig.Responses.NEVER
        || exchange.attribute(skipped) != null
        || when != null && !when.holdsForStatus(status)) return false;
    if (status == 204 || status == 205 || status == 206 || status == 304) return false;
    String control = head.headers().joined(HeaderName.CACHE_CONTROL.lower());
    return control == null || !Fields.listHas(control, "no-transform");
  }

  @Override
  public Verdict onResponseBody(Exchange exchange, BodyPart part) {
    DecompressingBody body = exchange.attribute(responseOf);
    DecompressingBody.Fault fault = body == null ? null : body.pass(part);
    return fault == null
        ? Verdict.NEXT
        : Verdict.reject(ProxyError.of(Kind.UPSTREAM_PROTOCOL, fault.sentence()));
  }

  @Override
  public void onLog(Exchange exchange) {
    DecompressingBody request = exchange.attribute(requestOf);
    if (request != null) request.release();
    DecompressingBody response = exchange.attribute(responseOf);
    if (response != null) response.release();
  }
}
