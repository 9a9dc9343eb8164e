package dev.penstock.plugins.host;

import dev.penstock.engine.spi.Extension;
import java.util.Set;

/**
 * What a plugin sees of the gateway: the API, the logging API and the JDK. Anything else it brings
 * along, in whatever version it likes.
 */
final class ApiLoader extends ClassLoader {
  static final ApiLoader INSTANCE = new ApiLoader();

  /** Packages of the API, and those whose types it gives out. */
  private static final Set<String> PACKAGES =
      Set.of(
          "dev.penstock.engine.spi",
          "dev.penstock.engine.http",
          "dev.penstock.engine.bytes",
          "dev.penstock.engine.time",
          "dev.penstock.engine.wire",
          "org.jspecify.annotations");

  private static final String LOGGING = "org.apache.logging.log4j";

  private final ClassLoader gateway;

  private ApiLoader() {
    super("penstock-plugin-api", ClassLoader.getPlatformClassLoader());
    gateway = Extension.class.getClassLoader();
  }

  static boolean shows(String className) {
    int dot = className.lastIndexOf('.');
    String room = dot < 0 ? "" : className.substring(0, dot);
    return PACKAGES.contains(room) || isLogging(room);
  }

  private static boolean isLogging(String room) {
    return room.equals(LOGGING)
        || (room.startsWith(LOGGING + ".") && !room.startsWith(LOGGING + ".core"));
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    if (shows(name)) return gateway.loadClass(name);
    throw new ClassNotFoundException(name);
  }
}
