package dev.penstock.plugins.auth;

import com.password4j.Argon2Function;
import com.password4j.BcryptFunction;
import com.password4j.HashingFunction;
import com.password4j.types.Argon2;
import dev.penstock.engine.spi.ConfigException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The hash of a password as {@code htpasswd -B} (bcrypt) or {@code argon2} write it. Comparing
 * takes tens of milliseconds, which is the point of it: never on a worker. Thread-safe.
 */
final class PasswordHash {
  private static final Pattern BCRYPT =
      Pattern.compile("\\$2[aby]\\$([0-9]{2})\\$[./A-Za-z0-9]{53}");
  private static final Pattern ARGON2 =
      Pattern.compile(
          "\\$(argon2id|argon2i|argon2d)\\$v=19\\$m=([0-9]{1,9}),t=([0-9]{1,9}),p=([0-9]{1,9})"
              + "\\$[A-Za-z0-9+/]{11,}\\$[A-Za-z0-9+/]{11,}");

  // A hash that takes seconds, or all memory, is an attack by whoever can name the user.
  private static final int MAX_BCRYPT_COST = 15;
  private static final int MAX_ARGON2_KIB = 256 * 1024;
  private static final int MAX_ARGON2_PASSES = 32;
  private static final int MAX_ARGON2_LANES = 16;

  private final HashingFunction function;
  private final String hash;

  private PasswordHash(HashingFunction function, String hash) {
    this.function = function;
    this.hash = hash;
  }

  /**
   * Reads a hash.
   *
   * @throws ConfigException when it is none, or one that is too weak or too costly
   */
  static PasswordHash parse(String text) {
    Matcher bcrypt = BCRYPT.matcher(text);
    if (bcrypt.matches()) return bcrypt(text, Integer.parseInt(bcrypt.group(1)));
    Matcher argon2 = ARGON2.matcher(text);
    if (argon2.matches()) return argon2(text, argon2);
    throw new ConfigException(
        "this is no hash of a password: only bcrypt ($2y$…) and Argon2 ($argon2id$v=19$…) are known; make one with"
            + " \"htpasswd -nB NAME\"");
  }

  private static PasswordHash bcrypt(String text, int cost) {
    if (cost < 4 || cost > MAX_BCRYPT_COST)
      throw new ConfigException(
          "bcrypt's cost is %d; 4 to %d are accepted".formatted(cost, MAX_BCRYPT_COST));
    return new PasswordHash(BcryptFunction.getInstanceFromHash(text), text);
  }

  private static PasswordHash argon2(String text, Matcher parts) {
    if (!parts.group(1).equals("argon2id"))
      throw new ConfigException("of Argon2's variants only argon2id is accepted");
    int kib = Integer.parseInt(parts.group(2));
    int passes = Integer.parseInt(parts.group(3));
    int lanes = Integer.parseInt(parts.group(4));
    boolean isFine =
        lanes >= 1
            && lanes <= MAX_ARGON2_LANES
            && kib >= 8 * lanes
            && kib <= MAX_ARGON2_KIB
            && passes >= 1
            && passes <= MAX_ARGON2_PASSES;
    if (!isFine)
      throw new ConfigException(
          "Argon2 with m=%d,t=%d,p=%d costs too much or is none; at most m=%d,t=%d,p=%d"
              .formatted(kib, passes, lanes, MAX_ARGON2_KIB, MAX_ARGON2_PASSES, MAX_ARGON2_LANES));
    Argon2Function function = Argon2Function.getInstanceFromHash(text);
    if (function.getVariant() != Argon2.ID) throw new IllegalStateException(text);
    return new PasswordHash(function, text);
  }

  /** Whether this is the hash of {@code password}. */
  boolean matches(String password) {
    return function.check(password, hash);
  }
}
