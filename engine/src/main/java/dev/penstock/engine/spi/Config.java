package dev.penstock.engine.spi;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Annotations on the components of configuration records. Keys are the component names in
 * lower-dash ({@code maxHeadBytes} is {@code max-head-bytes}). The gateway decodes: String,
 * boolean, int, long, double, enums (lower-dash), {@link java.time.Duration} ({@code 250ms}, {@code
 * 5s}, {@code 2m}, {@code 1h}), {@link Bytes}-marked int or long ({@code 64KiB}), {@link
 * Percent}-marked double ({@code 20%} or 0.2), {@link java.nio.file.Path}, {@link java.net.URI},
 * {@link java.util.regex.Pattern}, nested records, {@code List<T>} (a single value stands for a
 * list of one), {@code Map<String, T>}, {@code Object} for free-form values, and any class with a
 * public static {@code parse(String)} that makes it and throws {@link IllegalArgumentException}
 * with a sentence for the user. A sealed interface of records is one key, the record's name, with
 * its components. A component that is neither {@code @Nullable} nor has a default is required.
 */
public final class Config {
  private Config() {}

  /**
   * What a key means, in one or two sentences; shown in the schema, the reference and the editor.
   */
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.RECORD_COMPONENT, ElementType.TYPE})
  public @interface Doc {
    String value();
  }

  /**
   * The value, as it would be written in YAML, that stands when the key is absent. {@code "{}"}
   * builds a record of defaults.
   */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.RECORD_COMPONENT)
  public @interface Default {
    String value();
  }

  /**
   * A record may be written as this component alone: {@code script: a.js} for {@code script: {
   * file: a.js }}.
   */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.RECORD_COMPONENT)
  public @interface Shorthand {}

  /** An int or long that counts bytes and takes units: B, KiB, MiB, GiB, TiB, kB, MB, GB. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.RECORD_COMPONENT)
  public @interface Bytes {}

  /** A double between 0 and 1 that takes a percent sign. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.RECORD_COMPONENT)
  public @interface Percent {}

  /**
   * Lowest and highest value that is accepted, written like the value: {@code @Range("1ms..60s")},
   * {@code "1.."}.
   */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.RECORD_COMPONENT)
  public @interface Range {
    String value();
  }

  /**
   * Names one of what extensions offer, with its settings: {@code round-robin}, or {@code
   * consistent-hash: { key: path }}. The settings are checked against the factory's record. For
   * components of type {@code Object}, which stay free-form.
   */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.RECORD_COMPONENT)
  public @interface Offered {
    /** {@link FilterFactory}, {@link BalancerFactory}, or the kind of an {@link Offer}. */
    Class<?> value();
  }

  /** Never shown again: left out of GET, logs and error messages. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.RECORD_COMPONENT)
  public @interface Secret {}
}
