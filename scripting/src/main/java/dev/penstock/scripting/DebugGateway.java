package dev.penstock.scripting;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Extension;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One route of a configuration in a gateway of its own, its scripts under an {@link Inspector}.
 *
 * <p>Of its own, because handlers run inline on their worker: a script that stands at a breakpoint
 * holds its thread, and everybody's requests with it.
 */
final class DebugGateway implements AutoCloseable {
  private final Gateway gateway;
  private final Inspector inspector;

  private DebugGateway(Gateway gateway, Inspector inspector) {
    this.gateway = gateway;
    this.inspector = inspector;
  }

  /**
   * Starts it; ports may be 0.
   *
   * @throws ConfigException when the route is not there or has no script
   */
  static DebugGateway start(Path file, String route, int port, int inspectPort) {
    Inspector inspector = new Inspector(inspectPort);
    ScriptRuntime runtime = ScriptRuntime.inspectedBy(inspector);
    List<Extension> extensions = new ArrayList<>();
    for (Extension extension : Gateway.extensionsOnClassPath()) {
      extensions.add(
          extension instanceof ScriptExtension ? new ScriptExtension(runtime) : extension);
    }
    Gateway gateway = Gateway.startRoute(file, route, port, extensions);
    if (runtime.report() != null) return new DebugGateway(gateway, inspector);
    gateway.close(0, 0);
    throw new ConfigException("the route \"" + route + "\" has no script; nothing to debug");
  }

  Inspector inspector() {
    return inspector;
  }

  /** Where the route is served. */
  String address() {
    InetSocketAddress address = gateway.control().addresses().values().iterator().next();
    return "http://127.0.0.1:" + address.getPort();
  }

  @Override
  public void close() {
    gateway.close(0, 0);
  }
}
