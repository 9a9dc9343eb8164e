package dev.penstock.engine.control;

import dev.penstock.engine.http.CidrSet;
import dev.penstock.engine.http.HttpLimits;
import dev.penstock.engine.http.Violation;
import dev.penstock.engine.plan.Http2Policy;
import dev.penstock.engine.plan.ListenerPolicy;
import dev.penstock.engine.spi.Config.Bytes;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.Config.Shorthand;
import dev.penstock.engine.tls.TlsServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One entry under {@code listeners:}. */
@Doc("An address on which clients are served, and how strictly.")
public record ListenerConfig(
    @Doc("Address and port: \"0.0.0.0:8080\", \"[::]:8080\"; port 0 lets the system choose one.")
        @Shorthand
        BindAddress bind,
    @Doc("Whether connections begin with a PROXY protocol header, and who may send one.")
        @Default("off")
        ProxyProtocol proxyProtocol,
    @Doc("Speaks https to clients, with these certificates. Absent: plain http.")
        @Nullable TlsConfig tls,
    @Doc("Whether HTTP/2 is spoken beside HTTP/1.1, and how much of it.") @Default("auto")
        Http2 http2,
    @Doc(
            "Networks whose X-Forwarded-* and Forwarded fields are believed. From everybody else they are replaced.")
        @Default("[]")
        List<String> trustedProxies,
    @Doc("How much a client may send before it is refused, and how long it may be served.")
        @Default("{}")
        Limits limits,
    @Doc("How long clients may take.") @Default("{}") Timeouts timeouts,
    @Doc("Violations of the protocol that are let pass, and counted, instead of refused.")
        @Default("[]")
        List<Violation> tolerate) {

  public ListenerConfig {
    trustedProxies = List.copyOf(trustedProxies);
    tolerate = List.copyOf(tolerate);
    CidrSet.of(trustedProxies);
    for (Violation violation : tolerate) {
      if (!violation.isTolerable()) {
        throw new IllegalArgumentException(
            "tolerate cannot hold %s (%s): two readers could take such a message differently; it may hold: %s"
                .formatted(
                    Names.lowerDash(violation.name()),
                    violation.section(),
                    Names.list(tolerable())));
      }
    }
  }

  private static List<String> tolerable() {
    List<String> names = new ArrayList<>();
    for (Violation violation : Violation.values()) {
      if (violation.isTolerable()) names.add(Names.lowerDash(violation.name()));
    }
    return names;
  }

  /**
   * How the listener {@code name} treats its clients.
   *
   * @param secure what {@code tls} has been made into
   */
  ListenerPolicy policy(String name, @Nullable TlsServer secure) {
    EnumSet<Violation> tolerated = EnumSet.noneOf(Violation.class);
    tolerated.addAll(tolerate);
    return new ListenerPolicy(
        name,
        limits.http(),
        tolerated,
        CidrSet.of(trustedProxies),
        ListenerPolicy.ProxyProtocol.valueOf(proxyProtocol.version().name()),
        CidrSet.of(proxyProtocol.trusted()),
        proxyProtocol.timeout().toNanos(),
        timeouts.head().toNanos(),
        timeouts.bodyIdle().toNanos(),
        limits.minBytesPerSecond(),
        timeouts.halfClose().toNanos(),
        timeouts.keepAlive().toNanos(),
        limits.maxRequests(),
        timeouts.maxAge().toNanos(),
        limits.maxConnections(),
        limits.maxConnectionsPerClient(),
        limits.maxNewConnectionsPerClient(),
        secure,
        new Http2Policy(
            Http2Policy.Mode.valueOf(http2.mode().name()), http2.maxStreams(), http2.window()));
  }

  /** Whether connections of TLS are offered HTTP/2. */
  boolean offersHttp2() {
    return http2.mode() != Http2.Mode.OFF;
  }

  /** HTTP/2 (RFC 9113). */
  @Doc("How HTTP/2 is spoken to clients.")
  public record Http2(
      @Doc(
              "auto: where a client of https asks for it. on: also on plain connections that begin with its preface (prior knowledge). off: never.")
          @Shorthand
          @Default("auto")
          Mode mode,
      @Doc("Requests of one connection that are served at once; those beyond are refused.")
          @Default("100")
          @Range("1..10000")
          int maxStreams,
      @Doc(
              "How much of a request body may be under way before it is taken; grows up to 1 MiB with a body that is taken as fast as it comes.")
          @Default("64KiB")
          @Bytes
          @Range("1KiB..1MiB")
          int window) {

    /** When HTTP/2 is spoken. */
    public enum Mode {
      AUTO,
      ON,
      OFF
    }
  }

  /**
   * Which PROXY protocol headers are taken (HAProxy's proxy-protocol specification), and from whom
   * (T9).
   */
  @Doc("Takes the client's address from a PROXY protocol header.")
  public record ProxyProtocol(
      @Doc("Which version a connection must begin with; with any, either of them.") @Shorthand
          Version version,
      @Doc("Networks of the load balancers that send it. Connections from elsewhere are closed.")
          @Default("[]")
          List<String> trusted,
      @Doc("How long the header may take (L8).") @Default("2s") @Range("10ms..60s")
          Duration timeout) {

    /** Off, one version, or either. */
    public enum Version {
      OFF,
      V1,
      V2,
      ANY
    }

    public ProxyProtocol {
      trusted = List.copyOf(trusted);
      CidrSet.of(trusted);
      if (version != Version.OFF && trusted.isEmpty()) {
        throw new IllegalArgumentException(
            "whoever may send a PROXY header chooses the client's address; name the networks of your load"
                + " balancers: { version: %s, trusted: [ 10.0.0.0/8 ] }"
                    .formatted(Names.lowerDash(version.name())));
      }
    }
  }

  /** L1, L7 and L9. */
  @Doc("What a client may use.")
  public record Limits(
      @Doc("Longest request line; beyond: 414.") @Default("8KiB") @Bytes @Range("256..1MiB")
          int maxStartLine,
      @Doc("All header fields together; beyond: 431.") @Default("32KiB") @Bytes @Range("1KiB..4MiB")
          int maxHead,
      @Doc("One header field; beyond: 431.") @Default("16KiB") @Bytes @Range("256..4MiB")
          int maxField,
      @Doc("Number of header fields; beyond: 431.") @Default("100") @Range("8..10000")
          int maxFields,
      @Doc("Chunk extensions of a message altogether; beyond: 400.")
          @Default("4KiB")
          @Bytes
          @Range("0..1MiB")
          int maxChunkExtensions,
      @Doc("Trailer fields together; beyond: 431.") @Default("8KiB") @Bytes @Range("0..1MiB")
          int maxTrailers,
      @Doc(
              "Requests that one connection may carry, up to a tenth less at random; it is closed after the last.")
          @Default("1000")
          @Range("1..1000000000")
          int maxRequests,
      @Doc("Connections open at once; 0 for no limit.") @Default("0") @Range("0..10000000")
          int maxConnections,
      @Doc("Connections open at once from one address (IPv6: from one /64); 0 for no limit.")
          @Default("0")
          @Range("0..10000000")
          int maxConnectionsPerClient,
      @Doc(
              "New connections in a second from one address (IPv6: from one /64); those beyond are closed. 0 for no limit.")
          @Default("0")
          @Range("0..10000000")
          int maxNewConnectionsPerClient,
      @Doc(
              "Average that a body must keep after five seconds, sent or received; slower clients are cut off. 0 for none.")
          @Default("240")
          @Bytes
          @Range("0..1GiB")
          int minBytesPerSecond) {

    public Limits {
      if (maxField > maxHead)
        throw new IllegalArgumentException("max-field is not larger than max-head");
    }

    public HttpLimits http() {
      return new HttpLimits(
          maxStartLine, maxHead, maxField, maxFields, maxChunkExtensions, maxTrailers);
    }
  }

  /** L4 to L7. */
  @Doc("How long a client may take.")
  public record Timeouts(
      @Doc("From the first byte of a request to the end of its head; beyond: 408.")
          @Default("10s")
          @Range("1ms..10m")
          Duration head,
      @Doc(
              "Between two parts of a request body, and between two writes to a client that reads slowly.")
          @Default("30s")
          @Range("1ms..1h")
          Duration bodyIdle,
      @Doc(
              "How long a client that has ended its direction is believed to wait for its answer while none is sent.")
          @Default("1s")
          @Range("1ms..1h")
          Duration halfClose,
      @Doc("How long a connection may wait for its next request.") @Default("75s") @Range("0..24h")
          Duration keepAlive,
      @Doc("How long a connection may live; it is closed after the request under way.")
          @Default("1h")
          @Range("1s..365d")
          Duration maxAge) {}
}
