package dev.penstock.plugins.compression;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.spi.BodyPart;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.plugins.rules.Fields;
import dev.penstock.plugins.rules.When;
import java.security.SecureRandom;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One worker's {@code compress}. */
final class CompressFilter implements Filter {
  private static final byte[] NO_PADDING = {};

  private final CompressConfig config;
  private final List<Coding> offered;
  private final FilterScope scope;
  private final WorkerCoders coders;
  private final Counts counts;
  private final MediaTypes types;
  private final Busyness busyness;
  private final When.@Nullable Condition when;
  private final SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());
  private final Exchange.Attribute<CompressingBody> bodyOf = new Exchange.Attribute<>("compress");
  private final Exchange.Attribute<Boolean> skipped = new Exchange.Attribute<>("compress skipped");

  CompressFilter(
      CompressConfig config,
      List<Coding> offered,
      FilterScope scope,
      WorkerCoders coders,
      Counts counts) {
    this.config = config;
    this.offered = offered;
    this.scope = scope;
    this.coders = coders;
    this.counts = counts;
    types = new MediaTypes(config.types());
    busyness = new Busyness(scope);
    when = config.when().compile();
  }

  @Override
  public Verdict onRequest(Exchange exchange) {
    if (when != null && !when.holdsFor(exchange)) {
      exchange.attribute(skipped, true);
      return Verdict.NEXT;
    }
    HeaderMap headers = exchange.request().headers();
    if (config.etag() == CompressConfig.EntityTags.SUFFIX) {
      EntityTags.removeSuffixes(headers, HeaderName.IF_NONE_MATCH);
      EntityTags.removeSuffixes(headers, HeaderName.IF_MATCH);
    } else {
      EntityTags.addStrong(headers);
    }
    return Verdict.NEXT;
  }

  @Override
  public Verdict onResponse(Exchange exchange) {
    ResponseHead head = exchange.response();
    int status = head.status();
    if (exchange.attribute(skipped) != null || when != null && !when.holdsForStatus(status)) {
      exchange.leaveResponseBody();
      return Verdict.NEXT;
    }
    if (status == 304) {
      onNotModified(exchange);
      exchange.leaveResponseBody();
      return Verdict.NEXT;
    }
    AcceptEncoding accepted = AcceptEncoding.of(exchange.request().headers());
    Coding coding = isMeant(exchange, head, accepted) ? accepted.choose(offered) : null;
    if (coding != null) {
      begin(exchange, head, coding);
      return Verdict.NEXT;
    }
    exchange.leaveResponseBody();
    if (accepted.acceptsIdentity() || !isRefused(exchange, head)) return Verdict.NEXT;
    // Z1: the client has excluded the body as it is, and all that could be made of it.
    Response refusal =
        Response.text(406, "406: none of the encodings that are offered is accepted\n");
    Fields.vary(refusal.head().headers(), "Accept-Encoding");
    return Verdict.respond(refusal);
  }

  /** Whether the body may be compressed; if so, caches are told that it depends on the client. */
  private boolean isMeant(Exchange exchange, ResponseHead head, AcceptEncoding accepted) {
    HeaderMap headers = head.headers();
    if (!isWhole(head) || isEncoded(headers) || isKept(headers)) return false;
    long length = exchange.responseLength();
    if (length == 0) return false;
    String type = headers.get(HeaderName.CONTENT_TYPE);
    boolean isWorthIt =
        type != null && types.has(type) && (length < 0 || length >= config.minSize());
    // What the client does not take as it is, is compressed whatever it is.
    if (!isWorthIt && accepted.acceptsIdentity()) return false;
    if (setsSecret(headers)) return false;
    Fields.vary(headers, "Accept-Encoding");
    if (config.breach().crossSite()) return true;
    Fields.vary(headers, "Sec-Fetch-Site");
    return !"cross-site".equals(exchange.request().headers().get("sec-fetch-site"));
  }

  /** Z2: not a part of something, and with a body. */
  private static boolean isWhole(ResponseHead head) {
    int status = head.status();
    return status >= 200
        && status != 204
        && status != 205
        && status != 206
        && !head.headers().contains(HeaderName.CONTENT_RANGE);
  }

  private static boolean isEncoded(HeaderMap headers) {
    String encoding = headers.joined(HeaderName.CONTENT_ENCODING.lower());
    return encoding != null && !encoding.strip().equalsIgnoreCase("identity");
  }

  /** RFC 9110 §7.7. */
  private static boolean isKept(HeaderMap headers) {
    String control = headers.joined(HeaderName.CACHE_CONTROL.lower());
    return control != null && Fields.listHas(control, "no-transform");
  }

  /** Z4: beside a new secret, what the client has sent must not be compressed. */
  private boolean setsSecret(HeaderMap headers) {
    List<String> secret = config.breach().secretCookies();
    if (secret.isEmpty()) return false;
    for (int i = headers.find(HeaderName.SET_COOKIE, 0);
        i >= 0;
        i = headers.find(HeaderName.SET_COOKIE, i + 1)) {
      String cookie = headers.value(i);
      int end = cookie.indexOf('=');
      for (String word : secret) {
        for (int at = 0; at + word.length() <= end; at++) {
          if (cookie.regionMatches(true, at, word, 0, word.length())) return true;
        }
      }
    }
    return false;
  }

  /** Whether there is a body that the client has excluded; what had effects is not taken back. */
  private static boolean isRefused(Exchange exchange, ResponseHead head) {
    boolean isSafe = exchange.request().isMethod("GET") || exchange.request().isMethod("HEAD");
    return isSafe
        && head.status() == 200
        && !isEncoded(head.headers())
        && exchange.responseLength() != 0;
  }

  private void begin(Exchange exchange, ResponseHead head, Coding coding) {
    HeaderMap headers = head.headers();
    boolean isEvents = isEvents(headers);
    changeFields(headers, coding);
    if (exchange.request().isMethod("HEAD")) return;
    Compressor compressor = coders.take(coding);
    long length = exchange.responseLength();
    int level =
        Busyness.level(config.levels().of(coding), busyness.share(), config.lowerLevelsAbove());
    compressor.begin(level, length, padding());
    exchange.attribute(
        bodyOf,
        new CompressingBody(
            this,
            scope,
            coders,
            compressor,
            length,
            isEvents ? 0 : config.flushAfter().toNanos(),
            counts.compressed(coding)));
  }

  private static boolean isEvents(HeaderMap headers) {
    String type = headers.get(HeaderName.CONTENT_TYPE);
    return type != null && type.regionMatches(true, 0, "text/event-stream", 0, 17);
  }

  /** Z3: what was said about the bytes is not true of others. */
  private void changeFields(HeaderMap headers, Coding coding) {
    headers.set(HeaderName.CONTENT_ENCODING, coding.token());
    Representation.changed(headers);
    if (config.etag() == CompressConfig.EntityTags.SUFFIX) EntityTags.suffix(headers, coding);
    else EntityTags.weaken(headers);
  }

  private byte[] padding() {
    int most = config.breach().padding();
    if (most == 0) return NO_PADDING;
    byte[] bytes = new byte[1 + random.nextInt(most)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A 304 says of the tag what the 200 had said that the client holds. */
  private void onNotModified(Exchange exchange) {
    HeaderMap headers = exchange.response().headers();
    Fields.vary(headers, "Accept-Encoding");
    if (config.etag() == CompressConfig.EntityTags.SUFFIX) return;
    String tag = headers.get(HeaderName.ETAG);
    String asked = exchange.request().headers().joined(HeaderName.IF_NONE_MATCH.lower());
    if (tag != null && asked != null && EntityTags.has(asked, "W/" + tag))
      EntityTags.weaken(headers);
  }

  @Override
  public Verdict onResponseBody(Exchange exchange, BodyPart part) {
    CompressingBody body = exchange.attribute(bodyOf);
    if (body != null) body.pass(exchange, part);
    return Verdict.NEXT;
  }

  @Override
  public void onLog(Exchange exchange) {
    CompressingBody body = exchange.attribute(bodyOf);
    if (body != null) body.release();
  }
}
