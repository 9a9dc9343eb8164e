package dev.penstock.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.admin.TestAdmin.Reply;
import dev.penstock.engine.control.ConfigProblem;
import dev.penstock.engine.control.PluginChange;
import dev.penstock.engine.control.PluginSet;
import dev.penstock.engine.control.PluginSource;
import dev.penstock.engine.control.PluginView;
import dev.penstock.engine.control.PluginsConfig;
import dev.penstock.engine.spi.Extension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Issue 5: plugins over the API, with a stand-in for their host: a JAR is an id and its size. */
final class PluginApiTest {
  private static final class Host implements Extension, PluginSource {
    private final Map<String, byte[]> kept = new LinkedHashMap<>();

    @Override
    public String name() {
      return "host";
    }

    @Override
    public void register(Registry registry) {}

    @Override
    public PluginSet load(Path folder, PluginsConfig rules) {
      return new Found(kept, List.of());
    }

    @Override
    public PluginSet load(Path folder, PluginsConfig rules, PluginChange change) {
      Map<String, byte[]> then = new LinkedHashMap<>(kept);
      apply(change, then);
      boolean isBad = change instanceof PluginChange.Install in && in.jar().length > 2000;
      return new Found(
          then, isBad ? List.of(ConfigProblem.ofFile(folder, "it is too fat", "")) : List.of());
    }

    @Override
    public void make(Path folder, PluginChange change) {
      apply(change, kept);
    }

    private static void apply(PluginChange change, Map<String, byte[]> to) {
      switch (change) {
        case PluginChange.Install in -> to.put("hello", in.jar());
        case PluginChange.Remove out -> to.remove(out.id());
      }
    }
  }

  private record Found(Map<String, byte[]> jars, List<ConfigProblem> problems)
      implements PluginSet {
    @Override
    public void offer(Extension.Registry registry) {}

    @Override
    public List<PluginView> plugins() {
      List<PluginView> all = new ArrayList<>();
      jars.forEach((id, jar) ->
          all.add(
              new PluginView(
                  id,
                  "1",
                  "1.0",
                  Path.of(id),
                  Tokens.digest(jar.length + ""),
                  jar.length,
                  0,
                  PluginView.State.ACTIVE,
                  List.of(id),
                  List.of(),
                  List.of(),
                  List.of(),
                  Map.of())));
      return all;
    }

    @Override
    public Set<Path> watched() {
      return Set.of();
    }

    @Override
    public boolean retain() {
      return true;
    }

    @Override
    public void release() {}
  }

  @TempDir private Path folder;
  private TestAdmin admin;

  @BeforeEach
  void start() {
    admin = TestAdmin.start(folder, "routes: { all: { respond: 204 } }\n", new Host());
  }

  @AfterEach
  void stop() {
    admin.close();
  }

  private static byte[] jar(String id, int padding) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      out.setLevel(0);
      out.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
      out.write(
          ("Manifest-Version: 1.0\nPenstock-Plugin-Id: " + id + "\n")
              .getBytes(StandardCharsets.UTF_8));
      out.putNextEntry(new ZipEntry("padding"));
      out.write(new byte[padding]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private Reply put(String path, byte[] jar, String... headers) {
    HttpRequest.Builder request =
        admin.request("/api/v1/plugins/" + path).header("Content-Type", "application/java-archive");
    if (headers.length > 0) request.headers(headers);
    return admin.send(request.PUT(HttpRequest.BodyPublishers.ofByteArray(jar)).build());
  }

  @Test
  void aPluginIsInstalledReplacedAndRemoved() {
    assertThat(put("hello?dry-run=true", jar("hello", 10)).at("dryRun")).isEqualTo(true);
    assertThat(admin.get("/api/v1/plugins").at("total")).isEqualTo(0L);
    Reply made = put("hello", jar("hello", 10));
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.at("filters")).isEqualTo(List.of("hello"));
    Reply again = put("hello", jar("hello", 20), "If-Match", made.header("ETag"));
    assertThat(again.status()).isEqualTo(200);
    assertThat(put("hello", jar("hello", 30), "If-Match", made.header("ETag")).status())
        .isEqualTo(412);
    assertThat(put("hello", jar("hello", 30), "If-Match", "W/" + again.header("ETag")).status())
        .isEqualTo(412);
    assertThat(admin.get("/api/v1/plugins/hello").at("digest")).isEqualTo(again.at("digest"));
    assertThat(admin.get("/api/v1/plugins/hello/schema").json()).isInstanceOf(Map.class);
    assertThat(admin.call("DELETE", "/api/v1/plugins/hello", "").status()).isEqualTo(204);
    assertThat(admin.get("/api/v1/plugins/hello").status()).isEqualTo(404);
    assertThat(admin.call("DELETE", "/api/v1/plugins/hello", "").status()).isEqualTo(404);
  }

  @Test
  void whatCannotBeLoadedIsRefusedAndNothingChanges() {
    put("hello", jar("hello", 10));
    Reply bad = put("hello", jar("hello", 3000));
    assertThat(bad.status()).isEqualTo(422);
    assertThat(bad.at("type")).isEqualTo("https://penstock.dev/problems/plugin-refused");
    assertThat(bad.at("errors.0.message")).isEqualTo("it is too fat");
    assertThat(put("hello", jar("other", 10)).status()).isEqualTo(400);
    assertThat(put("hello", "no jar".getBytes(StandardCharsets.UTF_8)).status()).isEqualTo(400);
    assertThat(admin.call("PUT", "/api/v1/plugins/hello", "{}").status()).isEqualTo(415);
    assertThat(admin.get("/api/v1/plugins").at("total")).isEqualTo(1L);
  }
}
