package dev.penstock.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.spi.ApiVersion;
import dev.penstock.engine.spi.Extension;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The API of plugins changes only together with its version. {@code api/signatures.txt} holds every
 * type and member that a plugin can be compiled against, as the version in its first line has them.
 */
final class ApiSignatureTest {
  private static final Path RECORDED = Path.of("api/signatures.txt");
  private static final List<String> PACKAGES = List.of("spi", "http");
  private static final String ROOT = "dev.penstock.engine.";

  @Test
  void theApiIsTheRecordedOneOrHasTheVersionThatItsChangeNeeds() throws Exception {
    Set<String> now = signatures();
    List<String> lines = Files.exists(RECORDED) ? Files.readAllLines(RECORDED) : List.of("API 0.0");
    int[] before = version(lines.getFirst().substring("API ".length()));
    int[] version = version(ApiVersion.current());
    Set<String> gone = new TreeSet<>(lines.subList(1, lines.size()));
    gone.removeAll(now);
    Set<String> added = new TreeSet<>(now);
    added.removeAll(lines);
    Set<String> types = new TreeSet<>();
    for (String line : lines) types.add(typeOf(line));
    // A new abstract method of a type that plugins implement already is one that they do not have.
    boolean isBreaking =
        !gone.isEmpty()
            || added.stream()
                .anyMatch(line -> line.contains(" abstract ") && types.contains(typeOf(line)));
    boolean isNewMajor = version[0] > before[0];
    boolean isNewMinor = isNewMajor || version[0] == before[0] && version[1] > before[1];
    if (isBreaking)
      assertThat(isNewMajor)
          .as(
              "plugins may have to be built anew: raise the first number of ApiVersion.%n gone: %s%n new: %s",
              gone, added)
          .isTrue();
    else if (!added.isEmpty())
      assertThat(isNewMinor)
          .as("the API grew: raise the second number of ApiVersion.%n new: %s", added)
          .isTrue();
    List<String> recorded = new ArrayList<>(List.of("API " + ApiVersion.current()));
    recorded.addAll(now);
    if (Boolean.getBoolean("documents.write")) Files.write(RECORDED, recorded);
    assertThat(Files.readAllLines(RECORDED))
        .as("record it with -Ddocuments.write=true")
        .isEqualTo(recorded);
  }

  private static String typeOf(String line) {
    return line.substring(0, Math.max(0, line.indexOf(": ")));
  }

  private static int[] version(String text) {
    return Arrays.stream(text.split("\\.")).mapToInt(Integer::parseInt).toArray();
  }

  private static Set<String> signatures() throws Exception {
    Set<String> all = new TreeSet<>();
    for (String room : PACKAGES) for (Class<?> type : types(room)) describe(type, all);
    return all;
  }

  private static List<Class<?>> types(String room) throws Exception {
    URI where = Extension.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    String folder = (ROOT + room).replace('.', '/');
    if (Files.isDirectory(Path.of(where))) return types(Path.of(where).resolve(folder), room);
    try (FileSystem jar = FileSystems.newFileSystem(Path.of(where), Map.of())) {
      return types(jar.getPath(folder), room);
    }
  }

  private static List<Class<?>> types(Path folder, String room)
      throws IOException, ClassNotFoundException, URISyntaxException {
    List<Class<?>> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (String file : (Iterable<String>) files.map(f -> f.getFileName().toString())::iterator) {
        if (!file.endsWith(".class") || file.startsWith("package-info")) continue;
        Class<?> type =
            Class.forName(ROOT + room + "." + file.substring(0, file.length() - ".class".length()));
        if (isVisible(type)) all.add(type);
      }
    }
    return all;
  }

  private static boolean isVisible(Class<?> type) {
    for (Class<?> at = type; at != null; at = at.getEnclosingClass())
      if (!Modifier.isPublic(at.getModifiers()) || at.isAnonymousClass()) return false;
    return true;
  }

  private static void describe(Class<?> type, Set<String> out) {
    String name = type.getName();
    out.add(name + ": " + type.toGenericString() + " of " + supertypes(type));
    for (Constructor<?> each : type.getDeclaredConstructors()) member(name, each, out);
    for (Method each : type.getDeclaredMethods())
      if (!each.isSynthetic() && !each.isBridge()) member(name, each, out);
    for (Field each : type.getDeclaredFields())
      if (isOffered(each.getModifiers())) out.add(name + ": " + each.toGenericString());
  }

  private static String supertypes(Class<?> type) {
    List<String> all = new ArrayList<>();
    if (type.getSuperclass() != null) all.add(type.getGenericSuperclass().getTypeName());
    for (var each : type.getGenericInterfaces()) all.add(each.getTypeName());
    return String.join(", ", all);
  }

  private static void member(String type, Executable member, Set<String> out) {
    if (isOffered(member.getModifiers())) out.add(type + ": " + member.toGenericString());
  }

  private static boolean isOffered(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }
}
