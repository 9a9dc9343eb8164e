package dev.penstock.plugins.traffic;

import dev.penstock.engine.http.CidrSet;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.plugins.rules.Fields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code maintenance}. */
final class MaintenanceFactory implements FilterFactory<MaintenanceConfig> {
  private static final long LARGEST_PAGE = 1 << 20;

  @Override
  public String name() {
    return "maintenance";
  }

  @Override
  public Class<MaintenanceConfig> configType() {
    return MaintenanceConfig.class;
  }

  @Override
  public FilterTemplate prepare(MaintenanceConfig config, PrepareScope scope) {
    String page = config.page();
    return new Template(config, page == null ? null : read(scope.watch(page)));
  }

  private static byte[] read(Path file) {
    try {
      if (Files.size(file) > LARGEST_PAGE)
        throw new ConfigException("page: %s is larger than 1 MiB".formatted(file));
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new ConfigException("page: %s cannot be read: %s".formatted(file, e.getMessage()));
    }
  }

  private static final class Template implements FilterTemplate, Filter {
    private static final String SENTENCE = "We are working on it. Please try again later.\n";

    private final MaintenanceConfig config;
    private final CidrSet allow;
    private final byte @Nullable [] page;
    private final String retryAfter;

    Template(MaintenanceConfig config, byte @Nullable [] page) {
      this.config = config;
      this.page = page;
      allow = CidrSet.of(config.allow());
      retryAfter = Long.toString(config.retryAfter().toSeconds());
    }

    /** Switched off, it is not asked. */
    @Override
    public Set<Phase> phases() {
      return config.enabled() ? Set.of(Phase.ON_REQUEST) : Set.of();
    }

    @Override
    public Filter create(FilterScope scope) {
      return this;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
      if (isLetIn(exchange)) return Verdict.NEXT;
      Response response =
          page == null
              ? Response.text(config.status(), SENTENCE)
              : new Response(config.status()).body(page).header("Content-Type", config.type());
      response.head().headers().set(HeaderName.RETRY_AFTER, retryAfter);
      response.head().headers().set(HeaderName.CACHE_CONTROL, "no-store");
      return Verdict.respond(response);
    }

    private boolean isLetIn(Exchange exchange) {
      if (!allow.isEmpty() && allow.contains(exchange.clientAddress())) return true;
      for (Map.Entry<String, String> each : config.headers().entrySet()) {
        if (isSame(exchange.request().headers().get(each.getKey()), each.getValue())) return true;
      }
      for (Map.Entry<String, String> each : config.cookies().entrySet()) {
        if (isSame(Fields.cookie(exchange.request().headers(), each.getKey()), each.getValue()))
          return true;
      }
      return false;
    }

    /** In a time that does not tell how much of it is right. */
    private static boolean isSame(@Nullable String given, String secret) {
      return given != null
          && MessageDigest.isEqual(
              given.getBytes(StandardCharsets.UTF_8), secret.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {}
  }
}
