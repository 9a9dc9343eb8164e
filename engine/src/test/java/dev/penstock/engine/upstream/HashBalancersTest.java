package dev.penstock.engine.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.upstream.DefaultBalancers.ConsistentHash;
import dev.penstock.engine.upstream.DefaultBalancers.IpHash;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HashBalancersTest {
  private static final int KEYS = 20_000;

  /**
   * U14: places on the ring by libketama's definition, written down here a second time and the
   * plain way.
   */
  @Test
  void ketamaPutsKeysWhereLibketamaPutsThem() throws Exception {
    TestGateway gateway = new TestGateway();
    Upstream upstream = gateway.serve(hash("consistent-hash", "path", 5));
    UpstreamWorker worker = gateway.worker(upstream);
    TreeMap<Long, String> ring = new TreeMap<>();
    MessageDigest md5 = MessageDigest.getInstance("MD5");
    for (int i = 0; i < 5; i++) {
      String name = upstream.view().get(i).name();
      for (int k = 0; k < 40; k++) {
        byte[] d = md5.digest((name + "-" + k).getBytes(StandardCharsets.US_ASCII));
        for (int h = 0; h < 4; h++) ring.putIfAbsent(littleEndian(d, 4 * h), name);
      }
    }
    assertThat(ring).hasSize(5 * 160);
    for (int i = 0; i < 2000; i++) {
      String key = "/key/" + i;
      long at = littleEndian(md5.digest(key.getBytes(StandardCharsets.US_ASCII)), 0);
      Map.Entry<Long, String> owner = ring.ceilingEntry(at);
      String expected = owner == null ? ring.firstEntry().getValue() : owner.getValue();
      assertThat(choose(worker, TestExchange.get(key))).isEqualTo(expected);
    }
  }

  /**
   * MD5 of "10.0.1.1:11211-0" begins with these bytes; its first point is their little-endian
   * value.
   */
  @Test
  void ketamaHashesAsMd5sumDoes() {
    byte[] digest = Digests.md5().digest("hello".getBytes(StandardCharsets.US_ASCII));
    assertThat(new BigInteger(1, digest).toString(16))
        .isEqualTo("5d41402abc4b2a76b9719d911017c592");
    assertThat(Digests.unsigned(digest, 0)).isEqualTo(0x2a40415dL);
    assertThat(Digests.unsigned(digest, 12)).isEqualTo(0x92c51710L);
  }

  @ParameterizedTest
  @CsvSource({"consistent-hash, 0.25", "maglev, 0.02"})
  void sharesFollowTheWeights(String balancer, double tolerance) {
    TestGateway gateway = new TestGateway();
    List<EndpointRules> endpoints = TestGateway.endpoints(1, 2, 3, 0, 4);
    Upstream upstream = gateway.serve(hash(balancer, "path", endpoints));
    Map<String, Integer> shares = new HashMap<>();
    UpstreamWorker worker = gateway.worker(upstream);
    for (int i = 0; i < KEYS; i++) {
      shares.merge(choose(worker, TestExchange.get("/" + i)), 1, Integer::sum);
    }
    assertThat(shares).doesNotContainKey("d");
    Map.of("a", 1, "b", 2, "c", 3, "e", 4)
        .forEach((name, weight) ->
            assertThat((double) shares.get(name) / KEYS)
                .isBetween(
                    weight / 10.0 * (1 - tolerance) - 0.01,
                    weight / 10.0 * (1 + tolerance) + 0.01));
  }

  /** U13: who is not on the failing endpoint stays; who is comes back with it. */
  @ParameterizedTest
  @ValueSource(strings = {"ip-hash", "consistent-hash", "maglev"})
  void aFlapMovesNobodyElse(String balancer) {
    TestGateway gateway = new TestGateway();
    Upstream upstream =
        gateway.serve(TestGateway.rules(TestGateway.even(10), r -> r.balancer(balancer)));
    UpstreamWorker worker = gateway.worker(upstream);
    List<String> before = placesByIp(worker);
    UpstreamEndpoint failing = upstream.view().get(3);
    upstream.reportHealth(failing, false);
    List<String> during = placesByIp(worker);
    Map<String, Integer> heirs = new HashMap<>();
    for (int i = 0; i < before.size(); i++) {
      if (before.get(i).equals("d")) heirs.merge(during.get(i), 1, Integer::sum);
      else assertThat(during.get(i)).isEqualTo(before.get(i));
    }
    assertThat(heirs).doesNotContainKey("d");
    assertThat(heirs.size()).as("its requests are spread over the others").isGreaterThan(5);
    upstream.reportHealth(failing, true);
    assertThat(placesByIp(worker)).isEqualTo(before);
  }

  /** U14: of the keys that need not move, fewer than 2 % do, when one endpoint comes or goes. */
  @ParameterizedTest
  @ValueSource(strings = {"consistent-hash", "maglev"})
  void oneEndpointLessMovesHardlyAnybodyElse(String balancer) {
    List<EndpointRules> all = TestGateway.even(20);
    List<EndpointRules> fewer = new ArrayList<>(all);
    fewer.remove(7);
    TestGateway gateway = new TestGateway();
    List<String> before = placesByPath(gateway.worker(gateway.serve(hash(balancer, "path", all))));
    List<String> after = placesByPath(gateway.worker(gateway.serve(hash(balancer, "path", fewer))));
    int moved = 0;
    for (int i = 0; i < before.size(); i++) {
      if (!before.get(i).equals("h") && !before.get(i).equals(after.get(i))) moved++;
    }
    assertThat((double) moved / before.size()).isLessThan(0.02);
  }

  @Test
  void ipHashTakesTheWholeAddressOrItsNetwork() {
    TestGateway gateway = new TestGateway();
    UpstreamWorker full = gateway.worker(gateway.serve(hash(new IpHash(IpHash.Prefix.FULL))));
    UpstreamWorker net = gateway.worker(gateway.serve(hash(new IpHash(IpHash.Prefix.NETWORK))));
    assertThat(distinct(i -> choose(full, TestExchange.get("/").from("10.1.2." + i))))
        .isGreaterThan(4);
    assertThat(distinct(i -> choose(net, TestExchange.get("/").from("10.1.2." + i)))).isEqualTo(1);
    assertThat(distinct(i -> choose(net, TestExchange.get("/").from("10.1." + i + ".1"))))
        .isGreaterThan(4);
    assertThat(distinct(i -> choose(net, TestExchange.get("/").from("2001:db8::" + i))))
        .isGreaterThan(4);
  }

  @ParameterizedTest
  @CsvSource({
    "path, /a?x=1, /a",
    "uri, /a?x=1, /a?x=1",
    "uri, /a, /a",
    "query:id, /a?b=2&id=7&c, 7",
    "header:X-Tenant, /a, acme",
    "header:user-agent, /a, probe",
    "cookie:sid, /a, abc",
  })
  void keysAreReadWhereTheyStand(String key, String target, String expected) {
    TestExchange exchange =
        TestExchange.get(target)
            .with("X-Tenant", "acme")
            .with("User-Agent", "probe")
            .with("Cookie", "other=1; sid=abc; last=2");
    Slice slice = new Slice();
    assertThat(HashKey.of(key).read(exchange, slice)).isTrue();
    assertThat(slice.toString()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"query:id", "header:X-None", "cookie:none"})
  void aRequestWithoutTheKeyGoesAnywhere(String key) {
    TestGateway gateway = new TestGateway();
    UpstreamWorker worker = gateway.worker(gateway.serve(hash("consistent-hash", key, 8)));
    TestExchange exchange = TestExchange.get("/?idx=1").with("Cookie", "x=1");
    assertThat(distinct(i -> choose(worker, exchange))).isGreaterThan(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ip", "header", "header:", "path:x", "query", "cookie:"})
  void unknownKeysAreRefusedWithTheKnownOnes(String key) {
    assertThatThrownBy(() -> new ConsistentHash(key, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("client-ip, path, uri");
  }

  /** U14: a hot key fills its endpoint to 1.25 of the share and goes on to the next ones. */
  @Test
  void boundedLoadSpillsAHotKey() {
    TestGateway gateway = new TestGateway();
    UpstreamWorker worker = gateway.worker(gateway.serve(hash("consistent-hash", "path", 4)));
    Map<String, Integer> load = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      UpstreamEndpoint chosen = worker.choose(TestExchange.get("/hot"), new TriedEndpoints(), 0);
      worker.begin(chosen);
      load.merge(chosen.name(), 1, Integer::sum);
    }
    assertThat(load.values()).allSatisfy(n -> assertThat(n).isLessThanOrEqualTo(32));
    assertThat(load.values().stream().mapToInt(n -> n).sum()).isEqualTo(100);
  }

  @Test
  void aQuietUpstreamKeepsAPagesRequestsTogether() {
    TestGateway gateway = new TestGateway();
    UpstreamWorker worker = gateway.worker(gateway.serve(hash("consistent-hash", "path", 10)));
    String first = null;
    for (int i = 0; i < 6; i++) {
      UpstreamEndpoint chosen = worker.choose(TestExchange.get("/page"), new TriedEndpoints(), 0);
      worker.begin(chosen);
      if (first == null) first = chosen.name();
      assertThat(chosen.name()).isEqualTo(first);
    }
  }

  @Property(tries = 100)
  void whateverFailsAUsableEndpointIsFound(
      @ForAll @IntRange(min = 1, max = 12) int size, @ForAll int failing, @ForAll boolean ring) {
    TestGateway gateway = new TestGateway();
    Upstream upstream =
        gateway.serve(
            TestGateway.rules(
                TestGateway.even(size),
                r -> r.balancer(ring ? "consistent-hash" : "maglev").panicThreshold(0)));
    boolean anyLeft = false;
    for (int i = 0; i < size; i++) {
      boolean fails = (failing >> i & 1) == 1;
      if (fails) upstream.reportHealth(upstream.view().get(i), false);
      anyLeft |= !fails;
    }
    UpstreamEndpoint chosen =
        gateway.worker(upstream).choose(TestExchange.get("/"), new TriedEndpoints(), 0);
    assertThat(chosen != null).isEqualTo(anyLeft);
    if (chosen != null) assertThat(chosen.isHealthy()).isTrue();
  }

  private static UpstreamRules hash(Record settings) {
    return TestGateway.rules(TestGateway.even(10), r -> r.balancer(Map.of("ip-hash", settings)));
  }

  private static UpstreamRules hash(String balancer, String key, int endpoints) {
    return hash(balancer, key, TestGateway.even(endpoints));
  }

  private static UpstreamRules hash(String balancer, String key, List<EndpointRules> endpoints) {
    Record settings =
        balancer.equals("maglev")
            ? new DefaultBalancers.Maglev(key, 1.25)
            : new ConsistentHash(key, 1.25);
    return TestGateway.rules(endpoints, r -> r.balancer(Map.of(balancer, settings)));
  }

  private static String choose(UpstreamWorker worker, TestExchange exchange) {
    return worker.choose(exchange, new TriedEndpoints(), 0).name();
  }

  private static List<String> placesByPath(UpstreamWorker worker) {
    List<String> places = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) places.add(choose(worker, TestExchange.get("/" + i)));
    return places;
  }

  private static List<String> placesByIp(UpstreamWorker worker) {
    List<String> places = new ArrayList<>();
    for (int i = 0; i < 4000; i++) {
      String ip = "10.%d.%d.%d".formatted(i % 7, i % 251, i % 241);
      places.add(choose(worker, TestExchange.get("/").from(ip)));
    }
    return places;
  }

  private static long distinct(Function<Integer, String> choice) {
    return java.util.stream.IntStream.range(0, 200).mapToObj(choice::apply).distinct().count();
  }

  private static long littleEndian(byte[] d, int at) {
    return (d[at] & 0xffL)
        | (d[at + 1] & 0xffL) << 8
        | (d[at + 2] & 0xffL) << 16
        | (d[at + 3] & 0xffL) << 24;
  }
}
