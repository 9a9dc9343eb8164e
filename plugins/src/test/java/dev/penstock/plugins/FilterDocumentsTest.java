package dev.penstock.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.control.ConfigReader;
import dev.penstock.engine.control.ConfigReference;
import dev.penstock.engine.control.ReadResult;
import dev.penstock.engine.control.Registries;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.plugins.access.AccessExtension;
import dev.penstock.plugins.auth.AuthExtension;
import dev.penstock.plugins.compression.CompressionExtension;
import dev.penstock.plugins.limit.LimitExtension;
import dev.penstock.plugins.rewrite.RewriteExtension;
import dev.penstock.plugins.traffic.TrafficExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The documents about the built-in filters are true. */
final class FilterDocumentsTest {
  private static final Path REFERENCE = Path.of("docs/filters-reference.md");
  private static final Path GUIDE = Path.of("docs/filters.md");
  private static final Registries REGISTRIES =
      Gateway.registries(
          List.of(
              new AccessExtension(),
              new AuthExtension(),
              new CompressionExtension(),
              new LimitExtension(),
              new RewriteExtension(),
              new TrafficExtension()));

  @Test
  void theReferenceIsTheGeneratedOne() throws IOException {
    String generated = ConfigReference.ofFilters(REGISTRIES).stripTrailing() + "\n";
    if (Boolean.getBoolean("documents.write")) Files.writeString(REFERENCE, generated);
    assertThat(Files.readString(REFERENCE))
        .as("%s; write it anew with -Ddocuments.write=true", REFERENCE)
        .isEqualTo(generated);
  }

  @Test
  void everyExampleOfTheGuideIsAConfigurationAndEveryFilterHasOne() throws IOException {
    String guide = Files.readString(GUIDE);
    Matcher block = Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL).matcher(guide);
    StringBuilder all = new StringBuilder();
    while (block.find()) {
      all.append(block.group(1));
      String yaml =
          """
          listeners: { web: { bind: "127.0.0.1:0" } }
          upstreams: { app: { endpoints: [ "127.0.0.1:1" ] }, next: { endpoints: [ "127.0.0.1:2" ] } }
          routes:
            all:
              upstream: app
              filters:
          """
              + block.group(1).indent(6);
      ReadResult read = ConfigReader.read(yaml, "filters.md", Path.of("."), REGISTRIES);
      assertThat(read.problems()).as(read::render).isEmpty();
    }
    for (FilterFactory<?> factory : REGISTRIES.filters()) {
      assertThat(all).contains("- " + factory.name() + ":");
      assertThat(guide).contains("`" + factory.name() + "`");
    }
  }
}
