package dev.penstock.plugins.compression;

import dev.penstock.engine.spi.BodyAccess;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** {@code decompress}. */
final class DecompressFactory implements FilterFactory<DecompressConfig> {
  private final Availability availability;
  private final Supplier<WorkerCoders> coders;
  private final Counts counts;

  DecompressFactory(Availability availability, Supplier<WorkerCoders> coders, Counts counts) {
    this.availability = availability;
    this.coders = coders;
    this.counts = counts;
  }

  @Override
  public String name() {
    return "decompress";
  }

  @Override
  public Class<DecompressConfig> configType() {
    return DecompressConfig.class;
  }

  @Override
  public FilterTemplate prepare(DecompressConfig config, PrepareScope scope) {
    List<Coding> known = availability.of(List.of(Coding.values()));
    boolean responses = config.responses() != DecompressConfig.Responses.NEVER;
    return new FilterTemplate() {
      @Override
      public Set<Phase> phases() {
        EnumSet<Phase> phases = EnumSet.of(Phase.ON_REQUEST, Phase.ON_LOG);
        if (config.requests()) phases.add(Phase.ON_REQUEST_BODY);
        if (responses) {
          phases.add(Phase.ON_RESPONSE);
          phases.add(Phase.ON_RESPONSE_BODY);
        }
        return phases;
      }

      @Override
      public BodyAccess requestBody() {
        return config.requests() ? BodyAccess.TRANSFORM : BodyAccess.NONE;
      }

      @Override
      public BodyAccess responseBody() {
        return responses ? BodyAccess.TRANSFORM : BodyAccess.NONE;
      }

      @Override
      public Filter create(FilterScope worker) {
        return new DecompressFilter(config, known, coders.get(), counts);
      }
    };
  }
}
