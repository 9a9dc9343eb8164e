package dev.penstock.engine.upstream;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Finds the addresses of a host name, never on the caller's thread. Thread-safe. */
public interface NameResolver {
  /**
   * Looks {@code host} up.
   *
   * @return completes exceptionally with an {@link java.io.IOException} when there is no answer, or
   *     the answer is that there is no such name; {@link java.net.UnknownHostException} then
   */
  CompletableFuture<Answer> resolve(String host, DiscoveryRules.Family family);

  /**
   * An answer.
   *
   * @param addresses at least one, best first, families taking turns (RFC 8305 §4)
   * @param ttl how long it may be kept, as the name's owner says
   */
  record Answer(List<InetAddress> addresses, Duration ttl) {
    public Answer {
      addresses = List.copyOf(addresses);
      if (addresses.isEmpty()) throw new IllegalArgumentException("an answer has an address");
    }
  }
}
