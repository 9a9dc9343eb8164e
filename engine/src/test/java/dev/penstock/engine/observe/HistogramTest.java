package dev.penstock.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;

class HistogramTest {
  private static final long HIGHEST = 104_857_600_000L;

  @Property
  void eachValueLiesInItsBucketAndIsKnownToAQuarter(
      @ForAll @LongRange(min = 0, max = HIGHEST) long ns) {
    int bucket = Histogram.bucketOf(ns);
    long upper = Histogram.upperBoundNs(bucket);
    assertThat(ns).isLessThanOrEqualTo(upper);
    if (bucket == 0) return;
    long below = Histogram.upperBoundNs(bucket - 1);
    assertThat(ns).isGreaterThan(below);
    assertThat(upper - below).isLessThanOrEqualTo(below / 4 + 1);
  }

  @Test
  void boundsRiseFrom50MicrosecondsTo105Seconds() {
    assertThat(Histogram.upperBoundNs(0)).isEqualTo(50_000);
    for (int i = 1; i < Histogram.BUCKETS; i++) {
      assertThat(Histogram.upperBoundNs(i)).isGreaterThan(Histogram.upperBoundNs(i - 1));
    }
    assertThat(Histogram.highestNs()).isEqualTo(HIGHEST);
    assertThat(Histogram.bucketOf(HIGHEST)).isEqualTo(Histogram.BUCKETS - 2);
    assertThat(Histogram.bucketOf(HIGHEST + 1)).isEqualTo(Histogram.BUCKETS - 1);
    assertThat(Histogram.bucketOf(Long.MAX_VALUE)).isEqualTo(Histogram.BUCKETS - 1);
  }

  @Property
  void quantilesAreAtMostAQuarterTooHigh(
      @ForAll @NotEmpty List<@LongRange(min = 50_000, max = HIGHEST) Long> values,
      @ForAll @DoubleRange(min = 0, max = 1) double share) {
    Histogram histogram = new Histogram();
    values.forEach(histogram::record);
    long[] buckets = new long[Histogram.BUCKETS];
    long sum = histogram.addTo(buckets);
    assertThat(sum).isEqualTo(values.stream().mapToLong(v -> v).sum());
    assertThat(Arrays.stream(buckets).sum()).isEqualTo(values.size());
    long[] sorted = values.stream().mapToLong(v -> v).sorted().toArray();
    long exact = sorted[(int) Math.max(0, Math.ceil(share * sorted.length) - 1)];
    assertThat(Histogram.quantileNs(buckets, share)).isBetween(exact, exact + exact / 4 + 1);
  }
}
