package dev.penstock.plugins.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Counting, without sockets and with times of our own. */
final class CountersTest {
  private static final long MS = 1_000_000L;
  private static final long SECOND = 1000 * MS;

  private static Rate rate(Rate.Algorithm algorithm, long amount, Duration per, long burst) {
    return Rate.of(algorithm, amount, per, burst);
  }

  private static Counter bucket(long amount, Duration per, long burst) {
    return rate(Rate.Algorithm.TOKEN_BUCKET, amount, per, burst).newCounter(1);
  }

  private static Counter window(long amount, Duration per) {
    return rate(Rate.Algorithm.SLIDING_WINDOW, amount, per, amount).newCounter(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -5_000_000_000L, Long.MAX_VALUE - 1_000_000_000L, 1L << 50})
  void aBucketGivesItsBurstAndThenFillsEvenly(long origin) {
    Counter bucket = bucket(10, Duration.ofSeconds(1), 3);
    for (int i = 0; i < 3; i++) assertThat(bucket.take(origin, 1)).isZero();
    assertThat(bucket.remaining(origin)).isZero();
    assertThat(bucket.take(origin, 1)).isEqualTo(100 * MS);
    assertThat(bucket.take(origin + 99 * MS, 1)).isEqualTo(MS);
    assertThat(bucket.take(origin + 100 * MS, 1)).isZero();
    assertThat(bucket.take(origin + 100 * MS, 1)).isPositive();
    assertThat(bucket.untilUnusedNs(origin + 400 * MS)).isZero();
    assertThat(bucket.remaining(origin + 400 * MS)).isEqualTo(3);
  }

  @Test
  void whatIsGivenBackCanBeTakenAgainAndChargesGoBelowNothing() {
    Counter bucket = bucket(10, Duration.ofSeconds(1), 2);
    bucket.take(0, 2);
    bucket.giveBack(0, 1);
    assertThat(bucket.take(0, 1)).isZero();
    bucket.charge(0, 10);
    assertThat(bucket.take(SECOND, 1)).isEqualTo(100 * MS);
    Counter window = window(2, Duration.ofSeconds(1));
    window.take(0, 2);
    window.giveBack(0, 1);
    assertThat(window.take(0, 1)).isZero();
    window.charge(0, 10);
    assertThat(window.remaining(0)).isZero();
  }

  @Test
  void anAbsurdCostIsRefusedAndAnAbsurdChargeDoesNotOverflow() {
    for (Rate.Algorithm algorithm : Rate.Algorithm.values()) {
      Counter counter = rate(algorithm, 10, Duration.ofHours(1), 10).newCounter(1);
      assertThat(counter.take(5, Long.MAX_VALUE / 2)).isPositive();
      assertThat(counter.take(5, 1)).as("nothing was taken").isZero();
      for (int i = 0; i < 20; i++) counter.charge(5, 1_000_000_000_000L);
      assertThat(counter.take(6, 1)).isPositive();
      assertThat(counter.remaining(6)).isZero();
    }
  }

  /** Q3: in any stretch of the window's length, wherever it begins. */
  @Test
  void aWindowNeverAdmitsMoreThanItsLimit() {
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      int limit = 1 + random.nextInt(50);
      Counter window = window(limit, Duration.ofSeconds(1));
      List<Long> admitted = new ArrayList<>();
      long now = random.nextLong(1L << 40);
      for (int i = 0; i < 3000; i++) {
        now += random.nextLong(random.nextBoolean() ? 2 * MS : 60 * MS);
        if (window.take(now, 1) == 0) admitted.add(now);
      }
      assertThat(admitted).hasSizeGreaterThan(limit);
      for (int first = 0; first + limit < admitted.size(); first++) {
        assertThat(admitted.get(first + limit) - admitted.get(first))
            .as("seed %d", seed)
            .isGreaterThanOrEqualTo(SECOND);
      }
    }
  }

  @Test
  void whoWaitsAsToldIsAdmitted() {
    for (Rate.Algorithm algorithm : Rate.Algorithm.values()) {
      for (int seed = 0; seed < 20; seed++) {
        Random random = new Random(seed);
        Counter counter = rate(algorithm, 7, Duration.ofSeconds(1), 7).newCounter(1);
        long now = random.nextLong(1L << 40);
        for (int i = 0; i < 500; i++) {
          now += random.nextLong(100 * MS);
          long cost = 1 + random.nextInt(7);
          long wait = counter.take(now, cost);
          if (wait == 0) continue;
          assertThat(wait).isLessThanOrEqualTo(SECOND * 11 / 10);
          now += wait;
          assertThat(counter.take(now, cost)).as("%s seed %d", algorithm, seed).isZero();
        }
      }
    }
  }

  /** Q3: one limit for all workers, however they meet. */
  @ParameterizedTest
  @EnumSource(Rate.Algorithm.class)
  void threadsTogetherAreAdmittedAsOftenAsOne(Rate.Algorithm algorithm) throws Exception {
    KeyTable table =
        new KeyTable(
            64,
            KeyTable.WhenFull.FORGET,
            rate(algorithm, 1000, Duration.ofHours(1), 1000)::newCounter);
    LongAdder admitted = new LongAdder();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < 1000; i++) {
                  Counter counter = table.find(42, 7);
                  if (counter != null && counter.take(7, 1) == 0) admitted.increment();
                }
              }));
    }
    for (Thread thread : threads) thread.join();
    assertThat(admitted.sum()).isEqualTo(1000);
  }

  /** Q4. */
  @Test
  void keysAreBoundedAndTheOnesThatCountNothingGoFirst() {
    Rate rate = rate(Rate.Algorithm.TOKEN_BUCKET, 1, Duration.ofSeconds(1), 1);
    KeyTable table = new KeyTable(8, KeyTable.WhenFull.REFUSE, rate::newCounter);
    for (int key = 0; key < 8; key++) table.find(key, 0).take(0, 1);
    assertThat(table.find(8, 0)).as("full of keys that count").isNull();
    assertThat(table.homeless()).isEqualTo(1);
    assertThat(table.find(3, 0).take(0, 1)).as("it is still known").isPositive();
    assertThat(table.find(9, 2 * SECOND)).as("what is over makes room").isNotNull();
    assertThat(table.forgotten()).isZero();
  }

  @Test
  void theKeyUsedLongestAgoIsForgotten() {
    Rate rate = rate(Rate.Algorithm.TOKEN_BUCKET, 1, Duration.ofHours(1), 1);
    KeyTable table = new KeyTable(8, KeyTable.WhenFull.FORGET, rate::newCounter);
    for (int key = 0; key < 8; key++) table.find(key, key).take(key, 1);
    table.find(0, 100);
    assertThat(table.find(8, 101).take(101, 1)).isZero();
    assertThat(table.forgotten()).isEqualTo(1);
    assertThat(table.find(0, 102).take(102, 1)).as("used lately").isPositive();
    assertThat(table.find(1, 103).take(103, 1)).as("used longest ago").isZero();
  }

  @Test
  void hashesDifferByKeyByTextAndByLength() {
    KeyHash one = new KeyHash(1, 2);
    KeyHash other = new KeyHash(1, 3);
    assertThat(one.of("a")).isEqualTo(new KeyHash(1, 2).of("a")).isNotEqualTo(other.of("a"));
    java.util.Set<Long> seen = new java.util.HashSet<>();
    for (int i = 0; i < 20; i++) assertThat(seen.add(one.of("\0".repeat(i)))).isTrue();
    for (int i = 0; i < 100_000; i++) seen.add(one.of("10.0." + i));
    assertThat(seen).hasSize(100_020);
  }

  /** The eight bytes 00 to 07 of the paper's table of test vectors, read as four characters. */
  @Test
  void theHashIsSipHash() {
    KeyHash hash = new KeyHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
    String eight = "\u0100\u0302\u0504\u0706";
    // The reference counts bytes in the last word's top byte; a character is two of them.
    assertThat(hash.of(eight)).isEqualTo(0x93f5f5799a932462L);
  }
}
