package dev.penstock.plugins.host;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLConnection;
import java.nio.file.Path;
import java.util.List;

/** The class loader of one plugin in one version. */
final class PluginLoader extends URLClassLoader {
  static {
    registerAsParallelCapable();
    // Cached JAR files stay open after their loader is closed.
    URLConnection.setDefaultUseCaches("jar", false);
  }

  PluginLoader(String name, List<Path> jars) throws IOException {
    super(name, urls(jars), ApiLoader.INSTANCE);
  }

  private static URL[] urls(List<Path> jars) throws MalformedURLException {
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) urls[i] = jars.get(i).toUri().toURL();
    return urls;
  }
}
