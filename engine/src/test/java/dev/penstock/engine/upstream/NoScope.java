package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.PrepareScope;
import java.nio.file.Path;
import java.util.Set;

/** What a balancer may ask while it is prepared, when a test prepares it. */
final class NoScope implements PrepareScope {
  @Override
  public Path folder() {
    return Path.of(".");
  }

  @Override
  public String path() {
    return "upstreams.u.balancer";
  }

  @Override
  public String owner() {
    return "u";
  }

  @Override
  public Set<String> upstreams() {
    return Set.of("u");
  }

  @Override
  public int workers() {
    return 1;
  }

  @Override
  public Path watch(String file) {
    return Path.of(file);
  }

  @Override
  public void warn(String message) {}
}
