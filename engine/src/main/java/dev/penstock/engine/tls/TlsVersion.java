package dev.penstock.engine.tls;

/** A version of the protocol from which on we speak (T1); {@code min-version: "1.3"}. */
public final class TlsVersion {
  public static final TlsVersion V1_2 = new TlsVersion("1.2", "TLSv1.3", "TLSv1.2");
  public static final TlsVersion V1_3 = new TlsVersion("1.3", "TLSv1.3");

  private final String text;
  private final String[] orLater;

  private TlsVersion(String text, String... orLater) {
    this.text = text;
    this.orLater = orLater;
  }

  /**
   * For the configuration.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  public static TlsVersion parse(String text) {
    return switch (text) {
      case "1.2" -> V1_2;
      case "1.3" -> V1_3;
      default ->
          throw new IllegalArgumentException(
              "a version of TLS is \"1.2\" or \"1.3\"; older ones are broken");
    };
  }

  /** As JSSE names them. */
  String[] orLater() {
    return orLater.clone();
  }

  @Override
  public String toString() {
    return text;
  }
}
