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

/** {@code compress}. */
final class CompressFactory implements FilterFactory<CompressConfig> {
  private final Availability availability;
  private final Supplier<WorkerCoders> coders;
  private final Counts counts;

  CompressFactory(Availability availability, Supplier<WorkerCoders> coders, Counts counts) {
    this.availability = availability;
    this.coders = coders;
    this.counts = counts;
  }

  @Override
  public String name() {
    return "compress";
  }

  @Override
  public Class<CompressConfig> configType() {
    return CompressConfig.class;
  }

  @Override
  public FilterTemplate prepare(CompressConfig config, PrepareScope scope) {
    List<Coding> wanted = config.breach().padding() > 0 ? List.of(Coding.GZIP) : config.encodings();
    List<Coding> offered = availability.of(wanted);
    return new FilterTemplate() {
      @Override
      public Set<Phase> phases() {
        return EnumSet.of(
            Phase.ON_REQUEST, Phase.ON_RESPONSE, Phase.ON_RESPONSE_BODY, Phase.ON_LOG);
      }

      @Override
      public BodyAccess responseBody() {
        return BodyAccess.TRANSFORM;
      }

      @Override
      public Filter create(FilterScope worker) {
        return new CompressFilter(config, offered, worker, coders.get(), counts);
      }
    };
  }
}
