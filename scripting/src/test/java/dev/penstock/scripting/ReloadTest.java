package dev.penstock.scripting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions come and go. */
class ReloadTest {
  @TempDir Path folder;

  /** An endurance test: its heap bound is not met in every run, see CHANGELOG. */
  @Test
  @Tag("long")
  void aThousandReloadsLeaveHeapAndMetaspaceWhereTheyWere() {
    Rig rig = new Rig(folder);
    LongSupplier metaspace = () -> pool("Metaspace");
    for (int i = 0; i < 100; i++) reload(rig, i);
    long heapBefore = heapAfterGc();
    long metaspaceBefore = metaspace.getAsLong();
    for (int i = 100; i < 1_100; i++) reload(rig, i);
    long heapGrowth = heapAfterGc() - heapBefore;
    long metaspaceGrowth = metaspace.getAsLong() - metaspaceBefore;
    // A context is 84 KB and more: a thousand that stay would be far beyond this.
    assertThat(heapGrowth).as("heap growth in bytes").isLessThan(16L << 20);
    assertThat(metaspaceGrowth).as("metaspace growth in bytes").isLessThan(8L << 20);
    assertThat(Rig.RUNTIME.versions()).isEmpty();
  }

  @Test
  void aVersionThatStaysInUseKeepsItsContextOverAReload() {
    Rig rig = new Rig(folder);
    rig.file(
        "main.js", "let n = 0; export function onRequest() { return new Response(String(++n)); }");
    rig.use(ScriptRules.of("main.js"));
    var firstFilter = rig.filter();
    var firstTemplate = rig.template();
    assertThat(rig.answer(rig.request(FakeExchange.get("/")))).isEqualTo("1");
    rig.use(ScriptRules.of("main.js"));
    firstFilter.close();
    firstTemplate.close();
    assertThat(rig.answer(rig.request(FakeExchange.get("/")))).isEqualTo("2");
    rig.close();
    assertThat(Rig.RUNTIME.versions()).isEmpty();
  }

  @Test
  void aBrokenVersionLeavesTheRunningOneAlone() {
    Rig rig = new Rig(folder);
    rig.file("main.js", "export function onRequest() { return new Response('good'); }");
    rig.use(ScriptRules.of("main.js"));
    rig.file("main.js", "export function onRequest( {");
    assertThatThrownBy(() -> rig.use(ScriptRules.of("main.js")))
        .hasMessageStartingWith("SyntaxError");
    assertThat(rig.answer(rig.request(FakeExchange.get("/")))).isEqualTo("good");
    rig.close();
  }

  private static void reload(Rig rig, int number) {
    rig.file("main.js", "export function onRequest() { return new Response('" + number + "'); }");
    rig.use(ScriptRules.of("main.js"));
    assertThat(rig.answer(rig.request(FakeExchange.get("/")))).isEqualTo(Integer.toString(number));
    rig.close();
  }

  private static long heapAfterGc() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }

  private static long pool(String name) {
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getName().equals(name)) return pool.getUsage().getUsed();
    }
    throw new AssertionError("no memory pool " + name);
  }
}
