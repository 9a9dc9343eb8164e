package dev.penstock.admin;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/** STYLE §3: the API is a view of the control plane. */
final class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importUrl(AdminExtension.class.getProtectionDomain().getCodeSource().getLocation());

  @Test
  void theApiSeesNoOtherRoomAndNoSocketsOfTheEngine() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.penstock.scripting..",
            "dev.penstock.plugins..",
            "dev.penstock.engine.io..",
            "dev.penstock.engine.proxy..",
            "org.apache.mina..",
            "org.graalvm..")
        .check(CLASSES);
  }

  @Test
  void onlyTheServerKnowsJavalin() {
    noClasses()
        .that()
        .doNotHaveSimpleName("AdminServer")
        .and()
        .doNotBelongToAnyOf(AdminConnections.class)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..", "jakarta.servlet..")
        .check(CLASSES);
  }

  @Test
  void nobodySleepsPrintsOrAsksTheJdkForTheTime() {
    noClasses()
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .accessField(System.class, "out")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .check(CLASSES);
  }
}
