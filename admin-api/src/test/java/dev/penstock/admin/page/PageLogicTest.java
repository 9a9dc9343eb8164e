package dev.penstock.admin.page;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** The modules under {@code js/lib}, and what else computes, where they run: in a browser. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PageLogicTest {
  private static final String NAMES =
      "async () => (await import('/test/logic.js')).tests.map(([name]) => name)";
  private static final String RUN =
      "async index => { const { tests } = await import('/test/logic.js');"
          + " try { await tests[index][1](); return null; } catch (e) { return e.message; } }";

  private Chromium chromium;
  private CannedAdmin admin;
  private Page page;

  @BeforeAll
  void open() throws IOException {
    chromium = Chromium.open();
    admin = new CannedAdmin();
    page = chromium.browser.newPage();
    page.navigate(admin.address());
  }

  @AfterAll
  void close() {
    if (admin != null) admin.close();
    if (chromium != null) chromium.close();
  }

  @TestFactory
  Stream<DynamicTest> logic() {
    List<?> names = (List<?>) page.evaluate(NAMES);
    return Stream.iterate(0, index -> index < names.size(), index -> index + 1)
        .map(index -> DynamicTest.dynamicTest(names.get(index).toString(), () -> run(index)));
  }

  private void run(int index) {
    Assertions.assertThat(page.evaluate(RUN, index)).isNull();
  }
}
