package dev.penstock.admin.cli;

import dev.penstock.engine.boot.Main.CommandProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "deploy",
    description = "Deploys a script, or a whole configuration, to a running gateway.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  penstock deploy scripts/tenant.js             as script \"tenant\"",
      "  penstock deploy app/ --name shop --note v12   a folder of modules",
      "  penstock deploy gateway.yaml --dry-run        what it would change"
    })
final class DeployCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "FILE",
      description = "a .js, .mjs or .ts file, a folder, or a .yaml or .json configuration")
  private Path file = Path.of("");

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "the script's name; absent: that of the file")
  private @Nullable String name;

  @Option(names = "--note", paramLabel = "TEXT", description = "is kept with the revision")
  private @Nullable String note;

  @Option(names = "--dry-run", description = "says what would change, and changes nothing")
  private boolean dryRun;

  @Option(names = "--keep-only", description = "keeps the version without running it")
  private boolean keepOnly;

  @Mixin private Api api = new Api();

  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  /** Found by ServiceLoader. */
  public static final class Provider implements CommandProvider {
    @Override
    public Object command() {
      return new DeployCommand();
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    String query = "?dry-run=" + dryRun + (note == null ? "" : "&note=" + Api.escaped(note));
    String fileName = String.valueOf(file.toAbsolutePath().normalize().getFileName());
    String ending = fileName.substring(fileName.lastIndexOf('.') + 1);
    Map<?, ?> done;
    if (!Files.exists(file)) throw new Api.FailedException("there is no file " + file);
    if (List.of("yaml", "yml", "json").contains(ending) && Files.isRegularFile(file)) {
      String type = ending.equals("json") ? "application/json" : "application/yaml";
      done = api.put("/api/v1/config" + query, type, Files.readAllBytes(file));
    } else {
      String script = name == null ? fileName.replaceFirst("\\.[a-z]+$", "") : name;
      String path = "/api/v1/scripts/" + Api.escaped(script) + query + "&activate=" + !keepOnly;
      done =
          Files.isDirectory(file)
              ? api.put(path, "application/zip", zip(file))
              : api.put(
                  path,
                  ending.equals("ts") ? "application/typescript" : "text/javascript",
                  Files.readAllBytes(file));
      if (done.get("version") != null)
        spec.commandLine().getOut().println(script + " " + done.get("version"));
    }
    Changes.print(done, spec.commandLine().getOut());
    return CommandLine.ExitCode.OK;
  }

  private static byte[] zip(Path folder) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes);
        Stream<Path> files = Files.walk(folder)) {
      for (Path each : files.filter(Files::isRegularFile).sorted().toList()) {
        out.putNextEntry(new ZipEntry(folder.relativize(each).toString().replace('\\', '/')));
        Files.copy(each, out);
      }
    }
    return bytes.toByteArray();
  }
}
