package dev.penstock.engine.control;

import dev.penstock.engine.cache.CacheRules;
import dev.penstock.engine.observe.OfferMetrics;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.SecretSource;
import dev.penstock.engine.upstream.UpstreamRules;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration: text, document, substitution, records, checks between them. Pure but for
 * the files, variables and secrets that the document names; finds all that is wrong, not the first
 * only.
 */
public final class ConfigReader {
  private final Registries registries;
  private final Function<String, @Nullable String> environment;
  private final PluginLookup plugins;

  /** Where the plugins come from. */
  @FunctionalInterface
  public interface PluginLookup {
    /** The plugins for a configuration in {@code folder}; null where nobody hosts any. */
    @Nullable PluginSet load(Path folder, PluginsConfig rules);
  }

  /**
   * A reader that knows no plugins.
   *
   * @param environment what {@code ${NAME}} stands for; null where a variable is not set
   */
  public ConfigReader(Registries registries, Function<String, @Nullable String> environment) {
    this(registries, environment, (folder, rules) -> null);
  }

  /**
   * A reader.
   *
   * @param registries what there is besides plugins
   * @param environment what {@code ${NAME}} stands for; null where a variable is not set
   * @param plugins those for a configuration in that folder, asked whenever one is read
   */
  public ConfigReader(
      Registries registries, Function<String, @Nullable String> environment, PluginLookup plugins) {
    this.registries = registries;
    this.environment = environment;
    this.plugins = plugins;
  }

  /** How what extensions offer does, besides filters. */
  public OfferMetrics metrics() {
    return registries.metrics();
  }

  /** The same with other plugins. */
  public ConfigReader withPlugins(PluginLookup others) {
    return new ConfigReader(registries, environment, others);
  }

  /** Reads {@code file} with the variables of this process. */
  public static ReadResult read(Path file, Registries registries) {
    return new ConfigReader(registries, System::getenv).read(file);
  }

  /**
   * As {@link #read(Path, Registries)}, from a text that came by another way; relative files are
   * sought in {@code folder}.
   */
  public static ReadResult read(String text, String name, Path folder, Registries registries) {
    return new ConfigReader(registries, System::getenv).read(text, name, folder);
  }

  public ReadResult read(Path file) {
    String why;
    try {
      long size = Files.size(file);
      if (size > 4L * DocumentParser.MAX_CHARS)
        throw new IOException(
            "it is larger than " + Units.formatBytes(4L * DocumentParser.MAX_CHARS));
      byte[] bytes = Files.readAllBytes(file);
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      Path folder = file.toAbsolutePath().getParent();
      return read(text, file.toString(), folder == null ? file : folder);
    } catch (NoSuchFileException e) {
      why = "there is no such file";
    } catch (CharacterCodingException e) {
      why = "it is not UTF-8 text";
    } catch (IOException e) {
      why = "it cannot be read: " + e.getMessage();
    }
    ConfigProblem problem = new ConfigProblem(file.toString(), 1, 1, "", why, "");
    Positions nowhere =
        new Positions(file.toString(), new Node.Scalar("", "", true, Place.START), "");
    return new ReadResult(null, nowhere, List.of(problem), List.of(), Set.of(), registries);
  }

  /**
   * Reads a text that came by another way than a file.
   *
   * @param name stands for the file in messages
   * @param folder what relative files are relative to
   */
  public ReadResult read(String text, String name, Path folder) {
    Problems problems = new Problems(name);
    String body = text.startsWith("\uFEFF") ? text.substring(1) : text;
    Node parsed = DocumentParser.parse(body, problems);
    Node root = parsed == null ? new Node.Scalar("", "", true, Place.START) : parsed;
    if (parsed == null) {
      return new ReadResult(
          null,
          new Positions(name, root, body),
          problems.inOrder(),
          List.of(),
          Set.of(),
          registries);
    }
    Set<Path> files = new LinkedHashSet<>();
    Node early = early(parsed, folder);
    Registries all = withPlugins(early, folder, problems, files);
    if (all == null) {
      new Substitution(environment, folder, problems).apply(parsed);
      // What the broken ones would have offered is not missing from the document.
      return new ReadResult(
          null,
          new Positions(name, root, body),
          problems.inOrder(),
          List.of(),
          Set.copyOf(files),
          registries);
    }
    Set<Path> wanted = ConcurrentHashMap.newKeySet();
    Substitution substitution;
    Node document;
    try (SecretSources sources = sources(early, all, folder, wanted)) {
      substitution = new Substitution(environment, folder, sources, problems);
      document = substitution.apply(parsed);
    }
    Positions positions = new Positions(name, document, body);
    Problems warnings = new Problems(name);
    GatewayConfig config = decode(document, all, problems, warnings, positions);
    files.addAll(substitution.files());
    files.addAll(wanted);
    return new ReadResult(
        config, positions, problems.inOrder(), warnings.inOrder(), Set.copyOf(files), all);
  }

  /**
   * What the rest cannot be read without: plugins and sources of secrets, with variables and files
   * in place. What is wrong there is said when the whole is read.
   */
  private Node early(Node parsed, Path folder) {
    if (!(parsed instanceof Node.Fields fields)) return parsed;
    List<Node.Field> needed =
        fields.entries().stream()
            .filter(field -> field.key().equals("plugins") || field.key().equals("secrets"))
            .toList();
    return new Substitution(environment, folder, new Problems(""))
        .apply(new Node.Fields(needed, fields.place()));
  }

  private static SecretSources sources(Node early, Registries all, Path folder, Set<Path> wanted) {
    Node.Field given = early instanceof Node.Fields fields ? fields.find("secrets") : null;
    Map<String, ComponentConfig> known = new LinkedHashMap<>();
    if (given != null) {
      Shape shape = new Shape.MapOf(new Shape.Offered(SecretSource.class, false));
      Object decoded =
          new RecordDecoder(new Problems(""), all)
              .value(shape, given.value(), ConfigPath.ROOT, null);
      if (decoded instanceof Map<?, ?> map)
        map.forEach((key, value) -> known.put((String) key, (ComponentConfig) value));
    }
    return new SecretSources(
        all,
        known,
        Set.copyOf(names(early, "secrets")),
        new SecretSources.Scope("", folder, wanted));
  }

  private @Nullable Registries withPlugins(
      Node document, Path folder, Problems problems, Set<Path> files) {
    PluginSet set = plugins.load(folder, pluginRules(document));
    if (set == null) return registries;
    files.addAll(set.watched());
    set.problems().forEach(problems::add);
    if (!set.problems().isEmpty()) return null;
    try {
      return registries.with(set);
    } catch (ConfigException e) {
      problems.add(
          ConfigProblem.ofFile(folder, String.valueOf(e.getMessage()), "remove one of them"));
      return null;
    }
  }

  /**
   * Read before all else, since the rest cannot be read without plugins; what is wrong is said
   * later.
   */
  private PluginsConfig pluginRules(Node document) {
    Node.Field given = document instanceof Node.Fields fields ? fields.find("plugins") : null;
    if (given == null) return PluginsConfig.DEFAULTS;
    RecordShape shape = RecordShape.of(PluginsConfig.class);
    RecordDecoder decoder = new RecordDecoder(new Problems(""), registries);
    @Nullable Object[] values = decoder.components(shape, given.value(), ConfigPath.ROOT);
    if (values == null) return PluginsConfig.DEFAULTS;
    Record decoded = decoder.create(shape, values, given.value(), ConfigPath.ROOT);
    return decoded instanceof PluginsConfig rules ? rules : PluginsConfig.DEFAULTS;
  }

  private @Nullable GatewayConfig decode(
      Node document,
      Registries offered,
      Problems problems,
      Problems warnings,
      Positions positions) {
    RecordShape shape = RecordShape.of(GatewayConfig.class);
    RecordDecoder decoder = new RecordDecoder(problems, offered);
    @Nullable Object[] values = decoder.components(shape, document, ConfigPath.ROOT);
    positions.hide(decoder.secretLines(), decoder.secrets());
    if (values == null) return null;
    // Entries that are wrong are missing from these maps, the others are checked all the same.
    Map<String, ListenerConfig> listeners = map(shape, values, "listeners", ListenerConfig.class);
    Map<String, UpstreamRules> upstreams = map(shape, values, "upstreams", UpstreamRules.class);
    Map<String, CacheRules> caches = map(shape, values, "caches", CacheRules.class);
    Map<String, RouteConfig> routes = map(shape, values, "routes", RouteConfig.class);
    AdminConfig admin = part(shape, values, "admin") instanceof AdminConfig given ? given : null;
    ConfigChecks checks = new ConfigChecks(listeners, upstreams, caches, routes, admin);
    boolean hasListeners =
        document instanceof Node.Fields fields && fields.find("listeners") != null;
    checks.run(
        names(document, "upstreams"),
        names(document, "listeners"),
        (path, message, remedy) -> {
          // That the key is required was said already.
          boolean isSaid = !hasListeners && path.toString().equals("listeners");
          if (!isSaid) problems.add(positions.problem(path.toString(), message, remedy));
        });
    if (!problems.isEmpty()) return null;
    checks.warnings((path, message, remedy) ->
        warnings.add(positions.problem(path.toString(), message, remedy)));
    return (GatewayConfig) decoder.create(shape, values, document, ConfigPath.ROOT);
  }

  private static <T> Map<String, T> map(
      RecordShape shape, @Nullable Object[] values, String key, Class<T> type) {
    Object decoded = part(shape, values, key);
    Map<String, T> entries = new LinkedHashMap<>();
    if (decoded != null) {
      ((Map<?, ?>) decoded).forEach((name, value) -> entries.put((String) name, type.cast(value)));
    }
    return entries;
  }

  private static @Nullable Object part(RecordShape shape, @Nullable Object[] values, String key) {
    return values[Objects.requireNonNull(shape.find(key)).index()];
  }

  private static List<String> names(Node document, String key) {
    Node.Field field = document instanceof Node.Fields fields ? fields.find(key) : null;
    if (field == null || !(field.value() instanceof Node.Fields entries)) return List.of();
    return entries.entries().stream().map(Node.Field::key).toList();
  }
}
