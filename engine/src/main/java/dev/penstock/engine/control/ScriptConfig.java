package dev.penstock.engine.control;

import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Shorthand;
import org.jspecify.annotations.Nullable;

/** One entry under {@code scripts:}: a script that routes use by its name. */
@Doc("A script with a name: a file beside the configuration, or a version that was deployed.")
public record ScriptConfig(
    @Doc("The module, or a folder of modules, beside the configuration.") @Shorthand
        @Nullable String file,
    @Doc("The version that runs, of those deployed over the admin API: 16 hexadecimal digits.")
        @Nullable String version) {

  public ScriptConfig {
    if ((file == null) == (version == null))
      throw new IllegalArgumentException("exactly one of file and version says what runs");
    if (version != null && !version.matches("[0-9a-f]{16}"))
      throw new IllegalArgumentException("version is 16 hexadecimal digits");
  }
}
