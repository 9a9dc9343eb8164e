package com.example.flags;

import dev.penstock.engine.spi.Config;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.spi.Offer;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.ScriptBinding;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * {@code env: { bindings: { flags: { feature-flags: { file: flags.properties } } } }}: scripts ask
 * {@code env.flags.isOn("new-checkout", user)}.
 */
public final class FeatureFlags implements Extension {
  public record Settings(
      @Config.Doc("Lines such as new-checkout=25: the share of users that have it, in percent.")
          @Config.Shorthand
          String file,
      @Config.Doc("Gets a line for each note().") @Config.Default("notes.log") String notes) {}

  @Override
  public String name() {
    return "feature-flags";
  }

  @Override
  public void register(Registry registry) {
    registry.offer(Offer.scriptBinding("feature-flags", Settings.class, FeatureFlags::flags));
  }

  private static ScriptBinding flags(Settings settings, PrepareScope scope) {
    Properties shares = new Properties();
    // The gateway reloads when the file changes: what is read here stays as it is.
    Path file = scope.watch(settings.file());
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      shares.load(reader);
    } catch (IOException e) {
      throw new ConfigException("file: " + file + " cannot be read");
    }
    Path notes = scope.folder().resolve(settings.notes());
    return () ->
        Map.of(
            "isOn", (ScriptBinding.Inline) asked -> isOn(shares, asked),
            "note", (ScriptBinding.Blocking) asked -> note(notes, asked));
  }

  /** The same user has the same flags each time. */
  private static boolean isOn(Properties shares, List<Object> asked) {
    if (asked.size() != 2) throw new IllegalArgumentException("isOn takes a flag and a user");
    String share = shares.getProperty(String.valueOf(asked.get(0)));
    if (share == null) throw new IllegalArgumentException("there is no flag " + asked.get(0));
    return Math.floorMod((asked.get(0) + ":" + asked.get(1)).hashCode(), 100)
        < Integer.parseInt(share.strip());
  }

  private static Object note(Path notes, List<Object> asked) throws IOException {
    Files.writeString(
        notes, asked + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    return Map.of("size", Files.size(notes));
  }
}
