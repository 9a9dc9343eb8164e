package dev.penstock.scripting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.spi.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Key-value stores as scripts see them. */
class KvTest {
  private static final AtomicInteger STORES = new AtomicInteger();

  @TempDir Path folder;

  private static UnaryOperator<ScriptRules> kv(String store) {
    return kv(new ScriptRules.KvRules(store, 100, 1000, null));
  }

  private static UnaryOperator<ScriptRules> kv(ScriptRules.KvRules rules) {
    return Rig.env(
        new ScriptRules.EnvRules(
            Map.of(), Map.of(), List.of("users"), Map.of("kv", rules), Map.of(), Map.of()));
  }

  private static String fresh() {
    return "test-" + STORES.incrementAndGet();
  }

  private String run(String body) {
    try (Rig rig =
        Rig.of(
            folder,
            "export async function onRequest({ request }, { kv }) { " + body + " }",
            kv(fresh()))) {
      return rig.answer(rig.request(FakeExchange.get("/")));
    }
  }

  @Test
  void valuesArePutReadAndDeleted() {
    assertThat(
            run(
                """
                const seen = [await kv.get("a")];
                await kv.put("a", "text");
                seen.push(await kv.get("a"));
                await kv.put("a", { deep: [1] });
                seen.push((await kv.get("a", "json")).deep[0], (await kv.get("a", { type: "json" })).deep.length);
                await kv.put("b", new Uint8Array([1, 2, 255]));
                seen.push((await kv.get("b", "arrayBuffer")).byteLength, (await kv.get("b", "bytes"))[2]);
                seen.push(await kv.delete("a"), await kv.delete("a"), await kv.get("a"));
                return new Response(JSON.stringify(seen));
                """))
        .isEqualTo("[null,\"text\",1,1,3,255,true,false,null]");
  }

  @Test
  void keysAreListedByPrefixPageByPage() {
    assertThat(
            run(
                """
                for (const k of ["b1", "a2", "a1", "a3", "c"]) await kv.put(k, k);
                const one = await kv.list({ prefix: "a", limit: 2 });
                const two = await kv.list({ prefix: "a", limit: 2, cursor: one.cursor });
                return new Response(JSON.stringify([one.keys.map((k) => k.name), one.list_complete, two.keys.map((k) => k.name), two.list_complete]));
                """))
        .isEqualTo("[[\"a1\",\"a2\"],false,[\"a3\"],true]");
  }

  @Test
  void countersAndCompareAndSetAreAtomic() {
    assertThat(
            run(
                """
                const seen = [await kv.increment("n"), await kv.increment("n", 5), await kv.increment("n", -2)];
                seen.push(await kv.compareAndSet("c", null, "1"), await kv.compareAndSet("c", null, "2"), await kv.compareAndSet("c", "1", "3"), await kv.get("c"));
                seen.push(await kv.compareAndSet("c", "3", null), await kv.get("c"));
                await kv.put("t", "text");
                await kv.increment("t").catch((e) => seen.push(e.name));
                await kv.increment("n", 1.5).catch((e) => seen.push(e.name));
                await kv.increment("n", Number.MAX_SAFE_INTEGER).catch((e) => seen.push(e.name));
                return new Response(seen.join());
                """))
        .isEqualTo("1,6,4,true,false,true,3,true,,TypeError,TypeError,TypeError");
  }

  @Test
  void whatIsTooLargeIsRefusedAndTheNumberOfEntriesIsBounded() {
    assertThat(
            run(
                """
                const seen = [];
                await kv.put("a", "x".repeat(1001)).catch((e) => seen.push(e.message));
                await kv.put("", "x").catch((e) => seen.push(e.name));
                await kv.put("k".repeat(513), "x").catch((e) => seen.push(e.name));
                for (let i = 0; i < 500; i++) await kv.put("k" + i, "v");
                seen.push((await kv.list()).keys.length <= 100);
                return new Response(seen.join());
                """))
        .matches(
            "the value has 1001 bytes; max-value of the store \"test-\\d+\" is 1000,TypeError,TypeError,true");
  }

  @Test
  void entriesExpire() {
    KvStore store = store(null);
    assertThat(store.put("a", KvValue.of("x", store.expiry(1)))).isNull();
    await("expiry", () -> store.get("a") == null);
    assertThat(store.increment("n", 1, 1)).isEqualTo(1);
    await("expiry of the counter", () -> store.get("n") == null);
    assertThat(store.increment("n", 1, 60_000)).isEqualTo(1);
    assertThat(store.increment("n", 1, 60_000)).isEqualTo(2);
    store.close();
  }

  @Test
  void aStoreMayOutliveTheProcess() {
    KvStore store = store(folder.resolve("kv"));
    store.put("text", KvValue.of("grüße", Long.MAX_VALUE));
    store.put("bytes", KvValue.of(new byte[] {1, -1}, Long.MAX_VALUE));
    store.close();
    KvStore again = store(folder.resolve("kv"));
    assertThat(again.get("text")).isEqualTo(KvValue.of("grüße", Long.MAX_VALUE));
    assertThat(again.get("bytes")).isEqualTo(KvValue.of(new byte[] {1, -1}, Long.MAX_VALUE));
    again.close();
  }

  @Test
  void concurrentCallersWaitForOneComputation() {
    String script =
        """
        let computed = 0;
        export async function onRequest(x, { kv, users }) {
          const value = await kv.getOrCompute("k", async () => { computed++; return (await users.fetch("http://users/")).json(); }, { ttl: 60 });
          return new Response(`${value.n} ${computed}`);
        }
        """;
    try (Rig rig = Rig.of(folder, script, kv(fresh()))) {
      FakeExchange one = FakeExchange.get("/");
      FakeExchange two = FakeExchange.get("/");
      assertThat(rig.filter().onRequest(one)).isSameAs(Verdict.SUSPEND);
      assertThat(rig.filter().onRequest(two)).isSameAs(Verdict.SUSPEND);
      assertThat(rig.subrequests.sent).hasSize(1);
      rig.subrequests.last().answer(200, "{\"n\":7}");
      assertThat(rig.answer(rig.settled(one, Verdict.SUSPEND))).isEqualTo("7 1");
      assertThat(rig.answer(rig.settled(two, Verdict.SUSPEND))).isEqualTo("7 1");
      assertThat(rig.answer(rig.request(FakeExchange.get("/")))).isEqualTo("7 1");
    }
  }

  @Test
  void whenTheComputingExchangeEndsAnotherTakesOver() {
    String script =
        """
        export async function onRequest(x, { kv, users }) {
          const value = await kv.getOrCompute("k", async () => (await users.fetch("http://users/")).text());
          return new Response(value);
        }
        """;
    try (Rig rig = Rig.of(folder, script, kv(fresh()))) {
      FakeExchange one = FakeExchange.get("/");
      FakeExchange two = FakeExchange.get("/");
      rig.filter().onRequest(one);
      rig.filter().onRequest(two);
      rig.end(one);
      rig.worker.until("the second one asks", () -> rig.subrequests.sent.size() == 2);
      rig.subrequests.last().answer(200, "second");
      assertThat(rig.answer(rig.settled(two, Verdict.SUSPEND))).isEqualTo("second");
    }
  }

  @Test
  void aStoreThatIsUsedTwoWaysIsRefused() {
    String store = fresh();
    try (Rig one = Rig.of(folder, "export function onRequest() {}", kv(store));
        Rig two = new Rig(folder)) {
      assertThatThrownBy(() ->
              two.use(
                  kv(new ScriptRules.KvRules(store, 5, 5, null)).apply(ScriptRules.of("main.js"))))
          .hasMessageContaining("is used with different max-entries");
    }
  }

  private static KvStore store(Path persist) {
    return new KvStore(
        "s",
        new ScriptRules.KvRules(null, 100, 1000, persist == null ? null : persist.toString()),
        persist,
        new Meter());
  }

  private static void await(String what, java.util.function.BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) throw new AssertionError("did not happen: " + what);
      Thread.onSpinWait();
    }
  }
}
