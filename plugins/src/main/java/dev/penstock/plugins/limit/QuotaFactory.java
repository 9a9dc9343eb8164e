package dev.penstock.plugins.limit;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.spi.BodyAccess;
import dev.penstock.engine.spi.BodyPart;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.plugins.rules.Kept;
import dev.penstock.plugins.rules.When;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code quota}. */
final class QuotaFactory implements FilterFactory<QuotaConfig> {
  private final Kept<QuotaBook> books;

  QuotaFactory(Kept<QuotaBook> books) {
    this.books = books;
  }

  @Override
  public String name() {
    return "quota";
  }

  @Override
  public Class<QuotaConfig> configType() {
    return QuotaConfig.class;
  }

  @Override
  public FilterTemplate prepare(QuotaConfig config, PrepareScope scope) {
    LimitKey key = LimitKey.compile(config.key(), config.withoutKey(), scope);
    String given = config.name();
    String name = given == null ? scope.owner() : given;
    Path file = config.file() == null ? null : scope.folder().resolve(config.file()).normalize();
    if (file == null) scope.warn("without \"file\", what is counted is lost when Penstock stops");
    // Without a file a quota of its name lasts as long as configurations have it.
    String bookName = file == null ? "memory " + name : file.toAbsolutePath().toString();
    QuotaBook book =
        books.take(bookName, () -> file == null ? QuotaBook.inMemory() : QuotaBook.of(file));
    Quota quota = new Quota(name, config, book);
    return new FilterTemplate() {
      @Override
      public Set<Phase> phases() {
        EnumSet<Phase> phases = EnumSet.of(Phase.ON_REQUEST);
        if (config.tell()) phases.add(Phase.ON_RESPONSE);
        if (countsRequestBytes(config)) phases.add(Phase.ON_REQUEST_BODY);
        if (countsResponseBytes(config)) phases.add(Phase.ON_RESPONSE_BODY);
        return phases;
      }

      @Override
      public BodyAccess requestBody() {
        return countsRequestBytes(config) ? BodyAccess.READ : BodyAccess.NONE;
      }

      @Override
      public BodyAccess responseBody() {
        return countsResponseBytes(config) ? BodyAccess.READ : BodyAccess.NONE;
      }

      @Override
      public Filter create(FilterScope worker) {
        return new QuotaFilter(config, quota, key, worker);
      }

      @Override
      public void close() {
        books.letGo(bookName, QuotaBook::close);
      }
    };
  }

  private static boolean countsRequestBytes(QuotaConfig config) {
    return config.count() == QuotaConfig.Count.REQUEST_BYTES
        || config.count() == QuotaConfig.Count.BYTES;
  }

  private static boolean countsResponseBytes(QuotaConfig config) {
    return config.count() == QuotaConfig.Count.RESPONSE_BYTES
        || config.count() == QuotaConfig.Count.BYTES;
  }

  /** One worker's filter. */
  private static final class QuotaFilter implements Filter {
    private final Quota quota;
    private final LimitKey key;
    private final FilterScope scope;
    private final When.@Nullable Condition when;
    private final boolean countsRequests;
    private final boolean isDry;
    private final boolean tells;
    private final Exchange.Attribute<QuotaUse> useOf = new Exchange.Attribute<>("quota");
    private QuotaUse.@Nullable Span last;

    QuotaFilter(QuotaConfig config, Quota quota, LimitKey key, FilterScope scope) {
      this.quota = quota;
      this.key = key;
      this.scope = scope;
      when = config.when().compile();
      countsRequests = config.count() == QuotaConfig.Count.REQUESTS;
      isDry = config.dryRun();
      tells = config.tell();
    }

    private QuotaUse.Span span(long millis) {
      return last = quota.span(millis, last);
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
      if (when != null && !when.holdsFor(exchange)) return Verdict.NEXT;
      String of = key.of(exchange);
      if (of == null) return Verdict.NEXT;
      long millis = scope.wallMillis();
      QuotaUse.Span span = span(millis);
      QuotaUse use = quota.use(of, span);
      if (use == null) {
        exchange.vars().put("quota.uncounted", quota.name);
        return Verdict.NEXT;
      }
      boolean isThere =
          countsRequests ? use.take(span, 1, quota.amount) : !use.isUsedUp(span, quota.amount);
      if (!isThere) {
        if (!isDry) return refuse(exchange, use, span, millis);
        exchange.vars().put("quota.would-refuse", quota.name);
        if (countsRequests) use.charge(span, 1);
      }
      if (countsRequests) quota.changed();
      exchange.attribute(useOf, use);
      return Verdict.NEXT;
    }

    private Verdict refuse(Exchange exchange, QuotaUse use, QuotaUse.Span span, long millis) {
      exchange.vars().put("quota.refused", quota.name);
      Response answer = TooMany.answer();
      if (tells) tell(answer.head().headers(), use, span, millis);
      long waitNs = quota.waitMillis(use, span, millis) * 1_000_000;
      return TooMany.requests(answer, "quota: " + quota.name + " is used up", waitNs);
    }

    private void tell(HeaderMap headers, QuotaUse use, QuotaUse.Span span, long millis) {
      long left = Math.max(0, quota.amount - use.used(span));
      long seconds = (quota.waitMillis(use, span, millis) + 999) / 1000;
      String unit = countsRequests ? "" : ";qu=\"content-bytes\"";
      headers.add(
          "RateLimit-Policy",
          '"' + quota.name + "\";q=" + quota.amount + ";w=" + quota.windowSeconds(span) + unit);
      headers.add("RateLimit", '"' + quota.name + "\";r=" + left + ";t=" + seconds);
    }

    @Override
    public Verdict onResponse(Exchange exchange) {
      QuotaUse use = exchange.attribute(useOf);
      if (use == null || isDry) return Verdict.NEXT;
      long millis = scope.wallMillis();
      tell(exchange.response().headers(), use, span(millis), millis);
      return Verdict.NEXT;
    }

    @Override
    public Verdict onRequestBody(Exchange exchange, BodyPart part) {
      return count(exchange, part);
    }

    @Override
    public Verdict onResponseBody(Exchange exchange, BodyPart part) {
      return count(exchange, part);
    }

    private Verdict count(Exchange exchange, BodyPart part) {
      QuotaUse use = exchange.attribute(useOf);
      int bytes = part.bytes().remaining();
      if (use == null || bytes == 0) return Verdict.NEXT;
      use.charge(span(scope.wallMillis()), bytes);
      quota.changed();
      return Verdict.NEXT;
    }
  }
}
