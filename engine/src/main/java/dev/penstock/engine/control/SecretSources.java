package dev.penstock.engine.control;

import dev.penstock.engine.observe.OfferMetrics.Tally;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.SecretSource;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The sources under {@code secrets:} while one document is read. Each is made when it is first
 * referred to, on a virtual thread that nobody waits for longer than a deadline, and closed at the
 * end.
 */
final class SecretSources implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(SecretSources.class);
  private static final long DEADLINE_S = 5;
  private static final int MAX_CHARS = 1 << 20;

  private final Registries registries;
  private final Map<String, ComponentConfig> known;
  private final Set<String> written;
  private final Scope scope;
  private final Map<String, Open> open = new HashMap<>();

  /**
   * @param known those that can be made
   * @param written all names, also of those whose settings are wrong
   */
  SecretSources(
      Registries registries, Map<String, ComponentConfig> known, Set<String> written, Scope scope) {
    this.registries = registries;
    this.known = known;
    this.written = written;
    this.scope = scope;
  }

  /** There is no value; the message says why. */
  static final class NoSecretException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String remedy;

    NoSecretException(String message, String remedy) {
      super(message);
      this.remedy = remedy;
    }

    String remedy() {
      return remedy;
    }
  }

  /**
   * Whether a source can have that name in a reference: a letter, then letters, digits, - and _.
   */
  static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!isLetter && !(i > 0 && (c == '-' || c == '_' || (c >= '0' && c <= '9')))) return false;
    }
    return !text.isEmpty() && !text.equals("file");
  }

  /**
   * What {@code ${name:key}} stands for; null where the settings of the source are wrong, which is
   * said at their own place.
   */
  @Nullable String value(String name, String key) throws NoSecretException {
    ComponentConfig chosen = known.get(name);
    if (chosen == null && written.contains(name)) return null;
    if (chosen == null)
      throw new NoSecretException(
          "there is no secret source " + Names.quote(name),
          known.isEmpty()
              ? "name it under secrets:, or write ${NAME:-default} for a variable with a default"
              : Names.remedy(name, known.keySet()));
    return open.computeIfAbsent(name, n -> new Open(n, chosen)).value(key);
  }

  @Override
  public void close() {
    open.values().forEach(Open::close);
  }

  /** One source, from its first reference on. */
  private final class Open {
    private final String name;
    private final ComponentConfig chosen;
    private final Tally tally;
    private final Map<String, String> values = new HashMap<>();
    private @Nullable String broken;

    // Between the reader and the threads that call the source.
    private @Nullable SecretSource made;
    private boolean isClosed;

    Open(String name, ComponentConfig chosen) {
      this.name = name;
      this.chosen = chosen;
      this.tally = registries.metrics().of(Registries.kind(SecretSource.class), chosen.name());
    }

    String value(String key) throws NoSecretException {
      String before = values.get(key);
      if (before != null) return before;
      // Each reference to a source that hangs would cost the deadline again.
      if (broken != null) throw failure(broken);
      tally.called(0);
      try {
        String value = ask(key);
        values.put(key, value);
        return value;
      } catch (NoSecretException e) {
        tally.failed();
        throw e;
      }
    }

    private String ask(String key) throws NoSecretException {
      FutureTask<@Nullable String> task = new FutureTask<>(() -> source().secret(key));
      Thread thread = Thread.ofVirtual().name("secrets-" + name).start(task);
      try {
        String value = task.get(DEADLINE_S, TimeUnit.SECONDS);
        if (value == null)
          throw new NoSecretException(
              "the secret source " + Names.quote(name) + " has no " + Names.quote(key), "");
        if (value.length() > MAX_CHARS) throw failure("the value is too long");
        return value;
      } catch (ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        LOG.debug("the secret source {} failed", name, cause);
        throw failure(
            cause instanceof ConfigException
                ? String.valueOf(cause.getMessage())
                : cause.toString());
      } catch (TimeoutException e) {
        thread.interrupt();
        broken = "no answer within " + DEADLINE_S + " s";
        throw failure(broken);
      } catch (InterruptedException e) {
        thread.interrupt();
        Thread.currentThread().interrupt();
        broken = "interrupted";
        throw failure(broken);
      }
    }

    private NoSecretException failure(String why) {
      return new NoSecretException(
          "the secret source " + Names.quote(name) + " failed: " + why,
          "see what it depends on, and try again");
    }

    private SecretSource source() {
      SecretSource known = made();
      if (known != null) return known;
      SecretSource now = registries.make(SecretSource.class, chosen, scope.of(name));
      if (!isTooLate(now)) return now;
      now.close();
      throw new ConfigException("it was made too late");
    }

    private synchronized @Nullable SecretSource made() {
      return made;
    }

    private synchronized boolean isTooLate(SecretSource now) {
      if (!isClosed) made = now;
      return isClosed;
    }

    void close() {
      SecretSource last;
      synchronized (this) {
        isClosed = true;
        last = made;
        made = null;
      }
      if (last == null) return;
      Thread.ofVirtual()
          .name("close-secrets-" + name)
          .start(() -> {
            try {
              last.close();
            } catch (RuntimeException | LinkageError | AssertionError e) {
              LOG.warn("the secret source {} could not be closed", name, e);
            }
          });
    }
  }

  /**
   * What a source is told while it is made.
   *
   * @param owner the name of the source
   * @param files takes, from any thread, those that it wants to be read again for
   */
  record Scope(String owner, Path folder, Set<Path> files) implements PrepareScope {
    Scope of(String source) {
      return new Scope(source, folder, files);
    }

    @Override
    public String path() {
      return "secrets." + owner;
    }

    @Override
    public Set<String> upstreams() {
      return Set.of();
    }

    @Override
    public int workers() {
      return 0;
    }

    @Override
    public Path watch(String file) {
      Path resolved = folder.resolve(file).toAbsolutePath().normalize();
      files.add(resolved);
      return resolved;
    }

    @Override
    public void warn(String message) {
      LOG.warn("{}: {}", path(), message);
    }
  }
}
