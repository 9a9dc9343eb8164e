package dev.penstock.perf.filters;

import dev.penstock.engine.spi.BodyPart;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.Verdict;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What {@code replace-body} costs for 16 KiB of HTML with eight links in it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ReplaceBodyBench {
  @Param({
    "{ find: \"http://app.internal/\", with: \"/app/\" }",
    "{ regex: \"href=\\\"http://app\\\\.internal/\", with: \"href=\\\"/app/\" }"
  })
  public String rule = "";

  private final BenchExchange exchange = new BenchExchange();
  private final ByteBuffer page = ByteBuffer.wrap(html());
  private Filter filter = new Filter() {};

  private static byte[] html() {
    StringBuilder text = new StringBuilder();
    while (text.length() < 16_384) {
      if (text.length() % 2048 < 60) text.append("<a href=\"http://app.internal/page\">here</a>");
      text.append("<p class=\"x\">The quick brown fox jumps over it.</p>\n");
    }
    return text.substring(0, 16_384).getBytes(StandardCharsets.UTF_8);
  }

  @Setup
  public void make() {
    filter = BenchFilters.make("replace-body: { replace: [ " + rule + " ] }");
    exchange.begin();
    exchange.answer();
    exchange.response().headers().set("content-type", "text/html");
    filter.onResponse(exchange);
  }

  @Benchmark
  public Verdict page() {
    return filter.onResponseBody(
        exchange,
        new BodyPart() {
          @Override
          public ByteBuffer bytes() {
            return page;
          }

          @Override
          public boolean isLast() {
            return false;
          }

          @Override
          public void replace(ByteBuffer bytes) {}
        });
  }
}
