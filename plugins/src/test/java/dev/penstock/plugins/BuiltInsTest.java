package dev.penstock.plugins;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.penstock.plugins.access.AccessExtension;
import org.junit.jupiter.api.Test;

/** The built-in filters use no door that a plugin JAR does not have. */
final class BuiltInsTest {
  private static final String[] ROOMS = {
    "dev.penstock.plugins.access..",
    "dev.penstock.plugins.auth..",
    "dev.penstock.plugins.compression..",
    "dev.penstock.plugins.limit..",
    "dev.penstock.plugins.rewrite..",
    "dev.penstock.plugins.traffic..",
    "dev.penstock.plugins.rules.."
  };

  /** Where the compiler put them, so that tests of the same packages are not among them. */
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importUrl(AccessExtension.class.getProtectionDomain().getCodeSource().getLocation());

  /** Heads give out their bytes as {@code Slice}s, so {@code bytes} belongs to {@code http}. */
  @Test
  void builtInFiltersSeeTheDoorPackagesOnly() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOMS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.penstock.engine.boot..",
            "dev.penstock.engine.control..",
            "dev.penstock.engine.io..",
            "dev.penstock.engine.observe..",
            "dev.penstock.engine.plan..",
            "dev.penstock.engine.proxy..",
            "dev.penstock.engine.time..",
            "dev.penstock.engine.upstream..",
            "dev.penstock.engine.wire..",
            "dev.penstock.engine.http.h1..",
            "dev.penstock.plugins.host..")
        .check(CLASSES);
  }

  @Test
  void filtersNeitherSleepNorAskTheJdkForTheTime() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOMS)
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(CLASSES);
  }

  @Test
  void theReaderOfGeoFilesIsKnownInOnePlace() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.penstock.plugins.access..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.maxmind..")
        .check(CLASSES);
  }

  @Test
  void whatPasswordsAndTokensAreCheckedWithIsKnownInOnePlace() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.penstock.plugins.auth..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.password4j..", "com.nimbusds..")
        .check(CLASSES);
  }
}
