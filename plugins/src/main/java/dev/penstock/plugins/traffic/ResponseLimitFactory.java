package dev.penstock.plugins.traffic;

import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.Methods;
import dev.penstock.engine.http.ResponseHead;
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
import dev.penstock.engine.spi.Verdict;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code response-limit}. */
final class ResponseLimitFactory implements FilterFactory<ResponseLimitConfig> {
  @Override
  public String name() {
    return "response-limit";
  }

  @Override
  public Class<ResponseLimitConfig> configType() {
    return ResponseLimitConfig.class;
  }

  @Override
  public FilterTemplate prepare(ResponseLimitConfig config, PrepareScope scope) {
    boolean looks = config.maxBody() != null || config.maxTime() != null;
    return new FilterTemplate() {
      @Override
      public Set<Phase> phases() {
        return looks
            ? EnumSet.of(Phase.ON_UPSTREAM_RESPONSE, Phase.ON_RESPONSE_BODY)
            : EnumSet.of(Phase.ON_UPSTREAM_RESPONSE);
      }

      @Override
      public BodyAccess responseBody() {
        return looks ? BodyAccess.READ : BodyAccess.NONE;
      }

      @Override
      public Filter create(FilterScope worker) {
        return new ResponseLimit(config, worker);
      }
    };
  }

  /** What one response has used. */
  private static final class Use {
    long bytes;
    long endNs = Long.MAX_VALUE;
  }

  /** One worker's filter. */
  private static final class ResponseLimit implements Filter {
    private final FilterScope scope;
    private final long maxBody;
    private final int maxFields;
    private final long maxTimeNs;
    private final boolean looks;
    private final Exchange.Attribute<Use> useOf = new Exchange.Attribute<>("response-limit");

    ResponseLimit(ResponseLimitConfig config, FilterScope scope) {
      this.scope = scope;
      Long most = config.maxBody();
      maxBody = most == null ? Long.MAX_VALUE : most;
      maxFields = config.maxFields();
      maxTimeNs = config.maxTime() == null ? 0 : config.maxTime().toNanos();
      looks = most != null || maxTimeNs > 0;
    }

    @Override
    public Verdict onUpstreamResponse(Exchange exchange) {
      ResponseHead head = exchange.response();
      if (head.headers().wireLength() > maxFields) return tooLarge("the response's fields");
      if (!looks) return Verdict.NEXT;
      // RFC 9110 §8.6: after HEAD and in a 304 the length is that of another response.
      boolean hasBody = !exchange.request().isMethod(Methods.HEAD) && head.status() != 304;
      if (hasBody && told(head.headers().get(HeaderName.CONTENT_LENGTH)) > maxBody) {
        return tooLarge("the response's body");
      }
      Use use = new Use();
      if (maxTimeNs > 0) use.endNs = scope.nowNs() + maxTimeNs;
      exchange.attribute(useOf, use);
      return Verdict.NEXT;
    }

    private static long told(@Nullable String length) {
      if (length == null) return -1;
      try {
        return Long.parseLong(length);
      } catch (NumberFormatException e) {
        return -1; // another filter's words: what comes is counted
      }
    }

    @Override
    public Verdict onResponseBody(Exchange exchange, BodyPart part) {
      Use use = exchange.attribute(useOf);
      if (use == null) return Verdict.NEXT; // not from an upstream
      use.bytes += part.bytes().remaining();
      if (use.bytes > maxBody) return tooLarge("the response's body");
      if (use.endNs != Long.MAX_VALUE && scope.nowNs() - use.endNs > 0 && !part.isLast()) {
        return Verdict.reject(
            ProxyError.of(ProxyError.Kind.DEADLINE, "the response takes longer than it may"));
      }
      return Verdict.NEXT;
    }

    private static Verdict tooLarge(String what) {
      return Verdict.reject(
          ProxyError.of(ProxyError.Kind.UPSTREAM_PROTOCOL, what + " is larger than it may be"));
    }
  }
}
