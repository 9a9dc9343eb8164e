package dev.penstock.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.penstock.engine.boot.Gateway;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows between the packages of this room, who may import which library, and banned calls. */
final class ArchitectureTest {
  private static final String ROOT = "dev.penstock.engine.";

  /** Lowest first: each may use those before it. Packages of one line do not know each other. */
  private static final String[][] LAYERS = {
    {"time", "bytes"},
    {"http"},
    {"http.h1", "http.h2"},
    {"wire"},
    {"tls"},
    {"spi"},
    {"observe", "upstream", "cache"},
    {"files"},
    {"plan"},
    {"proxy", "control"},
    {"io"},
    {"boot"},
  };

  /** Where the compiler put them, so that tests of the same packages are not among them. */
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importUrl(Gateway.class.getProtectionDomain().getCodeSource().getLocation());

  private static String[] packages(List<String> names) {
    return names.stream().map(name -> ROOT + name).toArray(String[]::new);
  }

  static List<String> layers() {
    List<String> all = new ArrayList<>();
    for (String[] layer : LAYERS) all.addAll(List.of(layer));
    return all;
  }

  @ParameterizedTest
  @MethodSource("layers")
  void aPackageUsesOnlyThoseBelowIt(String name) {
    List<String> notBelow = new ArrayList<>();
    boolean isBelow = true;
    for (String[] layer : LAYERS) {
      if (List.of(layer).contains(name)) isBelow = false;
      if (isBelow) continue;
      for (String each : layer) {
        if (!each.equals(name)) notBelow.add(each);
      }
    }
    if (notBelow.isEmpty()) return;
    noClasses()
        .that()
        .resideInAPackage(ROOT + name)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages(notBelow))
        .check(CLASSES);
  }

  @Test
  void everyPackageHasItsPlaceInTheTable() {
    noClasses().should().resideOutsideOfPackages(packages(layers())).check(CLASSES);
  }

  private static void onlyIn(String library, String... rooms) {
    noClasses()
        .that()
        .resideOutsideOfPackages(packages(List.of(rooms)))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(library + "..")
        .check(CLASSES);
  }

  @Test
  void librariesAreKnownInOneRoomEach() {
    onlyIn("org.apache.mina", "io");
    onlyIn("org.apache.logging.log4j.core", "observe", "boot");
    onlyIn("org.snakeyaml", "control");
    onlyIn("com.google.re2j", "plan");
    onlyIn("org.xbill.DNS", "upstream");
    onlyIn("org.ehcache", "cache");
    onlyIn("picocli", "boot");
    onlyIn("org.HdrHistogram", "observe");
  }

  @Test
  void nobodySleeps() {
    noClasses().should().callMethod(Thread.class, "sleep", long.class).check(CLASSES);
    noClasses().should().callMethod(Thread.class, "sleep", java.time.Duration.class).check(CLASSES);
  }

  /** The command line writes to what picocli gives it, the access log to its own appender. */
  @Test
  void nobodyPrintsToTheConsoleExceptWhoOwnsIt() {
    noClasses()
        .that()
        .resideOutsideOfPackages(packages(List.of("boot", "observe")))
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(CLASSES);
  }

  /** STYLE: time is handed in. The worker reads the clock once for each turn of its loop. */
  @Test
  void onlyTheClockAsksTheJdkForTheTime() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "time")
        .and()
        .doNotHaveFullyQualifiedName(ROOT + "io.Worker")
        .and()
        .doNotHaveFullyQualifiedName(ROOT + "io.Worker$LoopClock")
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(java.time.Clock.class, "systemUTC")
        .check(CLASSES);
  }

  /** On the request path there is nothing to wait for. */
  @Test
  void theRequestPathHasNoLocks() {
    noClasses()
        .that()
        .resideInAnyPackage(
            packages(List.of("bytes", "http", "http.h1", "http.h2", "wire", "proxy", "plan")))
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Lock.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(BlockingQueue.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(LockSupport.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(CountDownLatch.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Semaphore.class)
        .orShould()
        .callMethod(CompletableFuture.class, "join")
        .orShould()
        .callMethod(CompletableFuture.class, "get")
        .check(CLASSES);
  }
}
