package dev.penstock.plugins.rewrite;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.spi.BodyPart;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.plugins.rules.Fields;
import dev.penstock.plugins.rules.When;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One worker's {@code replace-body}. */
final class ReplaceBodyFilter implements Filter {
  private final ReplaceBodyConfig config;
  private final When.@Nullable Condition when;
  private final Charset usual;
  private final Map<Charset, Rules> byCharset = new HashMap<>();
  private final Exchange.Attribute<Run> runOf = new Exchange.Attribute<>("replace-body");
  private final Exchange.Attribute<Boolean> skipped = new Exchange.Attribute<>("replace skipped");

  /** The rules in the bytes of one character set; those that it cannot spell are left out. */
  private record Rules(List<Object> all) {}

  ReplaceBodyFilter(ReplaceBodyConfig config) {
    this.config = config;
    when = config.when().compile();
    Charset charset = Charsets.find(config.charset());
    if (charset == null) throw new IllegalStateException("the record checks it");
    usual = charset;
    rules(usual);
  }

  private Rules rules(Charset charset) {
    return byCharset.computeIfAbsent(
        charset,
        key -> {
          List<Object> all = new ArrayList<>();
          for (ReplaceBodyConfig.Rule rule : config.replace()) {
            String find = rule.find();
            String regex = rule.regex();
            boolean isSpelt =
                key.newEncoder().canEncode(rule.with())
                    && (find == null || key.newEncoder().canEncode(find));
            if (!isSpelt) continue;
            if (find != null)
              all.add(new LiteralStage.Literal(find.getBytes(key), rule.with().getBytes(key)));
            else if (regex != null)
              all.add(new ExpressionStage.Expression(regex, rule.with(), key));
          }
          return new Rules(all);
        });
  }

  @Override
  public Verdict onRequest(Exchange exchange) {
    if (when != null && !when.holdsFor(exchange)) exchange.attribute(skipped, true);
    return Verdict.NEXT;
  }

  /** Asks for what can be looked into: not encoded, and all of it. */
  @Override
  public Verdict onUpstreamRequest(Exchange exchange) {
    if (exchange.attribute(skipped) != null) return Verdict.NEXT;
    HeaderMap headers = exchange.upstreamRequest().headers();
    headers.set(HeaderName.ACCEPT_ENCODING, "identity");
    headers.remove(HeaderName.RANGE);
    headers.remove(HeaderName.IF_RANGE);
    return Verdict.NEXT;
  }

  @Override
  public Verdict onResponse(Exchange exchange) {
    ResponseHead head = exchange.response();
    Charset charset = exchange.attribute(skipped) == null ? charset(head) : null;
    if (charset == null || when != null && !when.holdsForStatus(head.status())) {
      exchange.leaveResponseBody();
      return Verdict.NEXT;
    }
    Rules rules = rules(charset);
    if (rules.all().isEmpty()) {
      exchange.leaveResponseBody();
      return Verdict.NEXT;
    }
    exchange.attribute(runOf, new Run(rules, config));
    changeFields(head.headers());
    return Verdict.NEXT;
  }

  /** The character set of a body that is looked into, or null when it passes. */
  private @Nullable Charset charset(ResponseHead head) {
    HeaderMap headers = head.headers();
    String type = headers.get(HeaderName.CONTENT_TYPE);
    if (type == null || head.status() == 206 || !isMeant(type)) return null;
    String encoding = headers.joined("content-encoding");
    if (encoding != null && !encoding.strip().equalsIgnoreCase("identity")) return null;
    // RFC 9110 §7.7: what says so is not changed.
    String control = headers.joined("cache-control");
    if (control != null && Fields.listHas(control, "no-transform")) return null;
    String told = Charsets.of(type);
    return told == null ? usual : Charsets.find(told);
  }

  private boolean isMeant(String contentType) {
    int end = contentType.indexOf(';');
    String type =
        (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    for (String meant : config.types()) {
      if (meant.endsWith("*")
          ? type.startsWith(meant.substring(0, meant.length() - 1))
          : type.equals(meant)) return true;
    }
    return false;
  }

  /** Z3: what was said about the bytes is not true of others. */
  private static void changeFields(HeaderMap headers) {
    headers.remove(HeaderName.CONTENT_LENGTH);
    headers.remove(HeaderName.ACCEPT_RANGES);
    headers.remove("content-md5");
    headers.remove("digest");
    headers.remove("content-digest");
    headers.remove("repr-digest");
    String tag = headers.get(HeaderName.ETAG);
    if (tag != null && !tag.startsWith("W/")) headers.set(HeaderName.ETAG, "W/" + tag);
  }

  @Override
  public Verdict onResponseBody(Exchange exchange, BodyPart part) {
    Run run = exchange.attribute(runOf);
    if (run == null) return Verdict.NEXT;
    ByteBuffer replaced = run.pass(part.bytes(), part.isLast());
    if (replaced == null) {
      return Verdict.reject(
          ProxyError.of(
              ProxyError.Kind.INTERNAL, "replace-body: the body grows by more than max-growth"));
    }
    part.replace(replaced);
    return Verdict.NEXT;
  }

  /** The rules at work on one body. */
  private static final class Run {
    private final Stage[] stages;
    private final long maxGrowth;
    private long in;
    private long out;

    Run(Rules rules, ReplaceBodyConfig config) {
      stages = new Stage[rules.all().size()];
      for (int i = 0; i < stages.length; i++) {
        stages[i] =
            rules.all().get(i) instanceof LiteralStage.Literal literal
                ? new LiteralStage(literal)
                : new ExpressionStage(
                    (ExpressionStage.Expression) rules.all().get(i), config.maxLine());
      }
      maxGrowth = config.maxGrowth();
    }

    /** The bytes that take the place of {@code part}, or null when they would be too many. */
    @Nullable ByteBuffer pass(ByteBuffer part, boolean isLast) {
      byte[] bytes = new byte[part.remaining()];
      part.duplicate().get(bytes);
      in += bytes.length;
      long most = Math.min(Integer.MAX_VALUE - 64, in + maxGrowth - out);
      int length = bytes.length;
      for (Stage stage : stages) {
        GrowingBytes result = new GrowingBytes(length + 256, most);
        stage.take(bytes, 0, length, result);
        if (isLast) stage.end(result);
        if (result.isOver()) return null;
        bytes = result.array();
        length = result.size();
      }
      out += length;
      return ByteBuffer.wrap(bytes, 0, length);
    }
  }
}
