package dev.penstock.plugins.host;

import dev.penstock.engine.boot.Main.CommandProvider;
import dev.penstock.engine.boot.Version;
import dev.penstock.engine.spi.ApiVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock new}. */
@Command(
    name = "new",
    description = "Makes a project to begin with.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "KIND",
    subcommands = NewCommand.OfPlugin.class)
final class NewCommand implements Runnable {
  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** {@code penstock new plugin}. */
  @Command(
      name = "plugin",
      description = "Makes a Maven project of a plugin with one filter and its test.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example: penstock new plugin hello-filter"})
  static final class OfPlugin implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "lower-case letters, digits and dashes")
    private String name = "";

    @Option(
        names = "--in",
        paramLabel = "DIR",
        description = "where the folder NAME is made; the current folder by default")
    private @Nullable Path in;

    @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
      if (!PluginManifest.isId(name))
        throw new CommandLine.ParameterException(
            spec.commandLine(),
            "\"" + name + "\" is no name of a plugin; use lower-case letters, digits and dashes");
      Path folder = (in == null ? Path.of("") : in).resolve(name);
      if (Files.exists(folder))
        throw new CommandLine.ParameterException(spec.commandLine(), folder + " is there already");
      for (Map.Entry<String, String> each : project(name).entrySet()) {
        Path file = folder.resolve(each.getKey());
        Files.createDirectories(file.getParent());
        Files.writeString(file, each.getValue());
      }
      PrintWriter out = spec.commandLine().getOut();
      out.println(folder + " is there; its README.md says how to go on");
      return 0;
    }
  }

  /** The files of the project, by their paths. */
  static Map<String, String> project(String id) throws IOException {
    String room = "com.example." + id.replace("-", "");
    String name = className(id);
    String code = room.replace('.', '/') + "/" + name;
    Map<String, String> files = new LinkedHashMap<>();
    files.put("pom.xml", template("pom.xml"));
    files.put("README.md", template("README.md"));
    files.put("src/main/java/" + code + ".java", template("Extension.java"));
    files.put(
        "src/main/resources/META-INF/services/dev.penstock.engine.spi.Extension",
        template("service"));
    files.put("src/test/java/" + code + "Test.java", template("Test.java"));
    files.replaceAll((path, text) ->
        text.replace("@id@", id)
            .replace("@package@", room)
            .replace("@Name@", name)
            .replace("@api@", ApiVersion.current())
            .replace("@penstock@", Version.text()));
    return files;
  }

  private static String className(String id) {
    StringBuilder name = new StringBuilder();
    for (String word : id.split("-"))
      name.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
    return name.toString();
  }

  private static String template(String name) throws IOException {
    try (InputStream in = NewCommand.class.getResourceAsStream("new/" + name)) {
      if (in == null) throw new IOException("the template " + name + " is missing");
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Puts it among the commands of the program. */
  public static final class Provider implements CommandProvider {
    @Override
    public Object command() {
      return new NewCommand();
    }
  }
}
