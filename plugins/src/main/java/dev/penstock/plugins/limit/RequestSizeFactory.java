package dev.penstock.plugins.limit;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.spi.BodyAccess;
import dev.penstock.engine.spi.BodyPart;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.plugins.rules.When;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code request-size} (L1, L2). */
final class RequestSizeFactory implements FilterFactory<RequestSizeConfig> {
  @Override
  public String name() {
    return "request-size";
  }

  @Override
  public Class<RequestSizeConfig> configType() {
    return RequestSizeConfig.class;
  }

  @Override
  public FilterTemplate prepare(RequestSizeConfig config, PrepareScope scope) {
    boolean counts = config.maxBody() != null;
    return new FilterTemplate() {
      @Override
      public Set<Phase> phases() {
        return counts
            ? EnumSet.of(Phase.ON_REQUEST, Phase.ON_REQUEST_BODY)
            : EnumSet.of(Phase.ON_REQUEST);
      }

      @Override
      public BodyAccess requestBody() {
        return counts ? BodyAccess.READ : BodyAccess.NONE;
      }

      @Override
      public Filter create(FilterScope worker) {
        return new RequestSize(config);
      }
    };
  }

  /** What has come of one body. */
  private static final class Received {
    long bytes;
  }

  /** One worker's filter. */
  private static final class RequestSize implements Filter {
    private final When.@Nullable Condition when;
    private final long maxBody;
    private final int maxTarget;
    private final int maxParameters;
    private final int maxFields;
    private final int maxField;
    private final Exchange.Attribute<Received> receivedOf =
        new Exchange.Attribute<>("request-size");

    RequestSize(RequestSizeConfig config) {
      when = config.when().compile();
      Long body = config.maxBody();
      maxBody = body == null ? Long.MAX_VALUE : body;
      maxTarget = orAny(config.maxTarget());
      maxParameters = orAny(config.maxParameters());
      maxFields = orAny(config.maxFields());
      maxField = orAny(config.maxField());
    }

    private static int orAny(@Nullable Integer limit) {
      return limit == null ? Integer.MAX_VALUE : limit;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
      if (when != null && !when.holdsFor(exchange)) return Verdict.NEXT;
      Verdict head = judge(exchange.request());
      if (head != null) return head;
      HeaderMap headers = exchange.request().headers();
      String length = headers.get(HeaderName.CONTENT_LENGTH);
      if (maxBody == Long.MAX_VALUE) return Verdict.NEXT;
      // The decoder let only digits pass (F4).
      if (length != null && Long.parseLong(length) > maxBody) return bodyTooLarge();
      exchange.attribute(receivedOf, new Received());
      return Verdict.NEXT;
    }

    private @Nullable Verdict judge(RequestHead head) {
      if ((long) head.pathSlice().length() + head.querySlice().length() > maxTarget)
        return refuse(414, "the target is too long");
      if (maxParameters != Integer.MAX_VALUE && hasMoreParameters(head))
        return refuse(400, "the query has too many parameters");
      HeaderMap headers = head.headers();
      if (headers.wireLength() > maxFields) return refuse(431, "the fields are too long");
      if (maxField != Integer.MAX_VALUE) {
        for (int i = 0; i < headers.size(); i++) {
          if (headers.valueLength(i) > maxField) return refuse(431, "a field is too long");
        }
      }
      return null;
    }

    private boolean hasMoreParameters(RequestHead head) {
      if (head.querySlice().isEmpty()) return false;
      int count = 1;
      for (int at = head.querySlice().indexOf('&', 0);
          at >= 0;
          at = head.querySlice().indexOf('&', at + 1)) count++;
      return count > maxParameters;
    }

    private static Verdict refuse(int status, String sentence) {
      return Verdict.reject(
          ProxyError.of(ProxyError.Kind.BAD_REQUEST, "request-size: " + sentence),
          Response.text(status, "Refused: " + sentence + "\n"));
    }

    private static Verdict bodyTooLarge() {
      return Verdict.reject(
          ProxyError.of(
              ProxyError.Kind.REQUEST_BODY_TOO_LARGE, "request-size: the body is too large"));
    }

    @Override
    public Verdict onRequestBody(Exchange exchange, BodyPart part) {
      Received received = exchange.attribute(receivedOf);
      if (received == null) return Verdict.NEXT;
      received.bytes += part.bytes().remaining();
      return received.bytes > maxBody ? bodyTooLarge() : Verdict.NEXT;
    }
  }
}
