package dev.penstock.engine.tls;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of a listener by the names they stand for: exact before wildcard, of one label,
 * before the default (T2). Several for a name differ in the kind of key. Immutable.
 */
final class Certificates {
  private static final AtomicLong GENERATIONS = new AtomicLong();

  private final String generation = GENERATIONS.incrementAndGet() + ".";
  private final List<ServerCertificate> all;
  private final boolean refusesUnknown;
  private final Map<String, List<Integer>> byName = new HashMap<>();

  /**
   * @param all the default in front
   * @param refusesUnknown whether a name that none stands for ends the handshake
   */
  Certificates(List<ServerCertificate> all, boolean refusesUnknown) {
    this.all = List.copyOf(all);
    this.refusesUnknown = refusesUnknown;
    for (int i = 0; i < all.size(); i++) {
      for (String name : all.get(i).names())
        byName.computeIfAbsent(name, n -> new ArrayList<>()).add(i);
    }
  }

  /** Whether a handshake for that name goes on. */
  boolean takes(String serverName) {
    return !refusesUnknown || !of(serverName).isEmpty();
  }

  /** Whether a certificate that is shown for {@code serverName} stands for {@code host} as well. */
  boolean isSame(String serverName, String host) {
    if (serverName.equalsIgnoreCase(host)) return true;
    List<Integer> asked = of(host);
    List<Integer> shown = of(serverName);
    if (shown.isEmpty()) return asked.isEmpty() || asked.contains(0);
    return shown.stream().anyMatch(asked::contains);
  }

  private List<Integer> of(String serverName) {
    String name = serverName.toLowerCase(Locale.ROOT);
    List<Integer> exact = byName.get(name);
    if (exact != null) return exact;
    int dot = name.indexOf('.');
    List<Integer> wild = dot < 0 ? null : byName.get("*" + name.substring(dot));
    return wild == null ? List.of() : wild;
  }

  /**
   * What to show to a client that can check that kind of key.
   *
   * @param serverName as the client sent it; null for none
   * @return stands for the certificate in {@link #find}; null when there is none of that kind
   */
  @Nullable String choose(@Nullable String serverName, String keyType) {
    List<Integer> fitting = serverName == null ? List.of() : of(serverName);
    for (int i : fitting) {
      if (isOf(all.get(i), keyType)) return generation + i;
    }
    if (!fitting.isEmpty()) return null;
    // Those that stand for the same names as the default may stand in for it with another key.
    for (int i = 0; i < all.size(); i++) {
      boolean isDefault = i == 0 || all.get(i).names().equals(all.getFirst().names());
      if (isDefault && isOf(all.get(i), keyType)) return generation + i;
    }
    return null;
  }

  private static boolean isOf(ServerCertificate certificate, String keyType) {
    String own = certificate.key().getAlgorithm();
    return own.equals(keyType) || own.equals("RSA") && keyType.equals("RSASSA-PSS");
  }

  /** The certificate that {@link #choose} has named, if it was one of these. */
  @Nullable ServerCertificate find(String alias) {
    if (!alias.startsWith(generation)) return null;
    return all.get(Integer.parseInt(alias.substring(generation.length())));
  }
}
