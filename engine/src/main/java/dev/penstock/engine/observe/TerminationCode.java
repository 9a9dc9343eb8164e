package dev.penstock.engine.observe;

import dev.penstock.engine.spi.ProxyError;
import org.jspecify.annotations.Nullable;

/**
 * How an exchange ended, in two characters: who ended it, and what it was doing then. {@code --} is
 * an exchange that went well, {@code sH} an upstream that let us wait for its head, {@code CD} a
 * client that left in the middle of a body. The idea, and most letters, are HAProxy's; the token
 * beside it is that of RFC 9209 §2.3.
 *
 * <p>There is one object for each meaning, so that comparing and logging cost nothing.
 */
@SuppressWarnings("EnumOrdinal") // arrays of counts are indexed by it, within one process
public final class TerminationCode {
  /** Who ended the exchange: the first character. */
  public enum Cause {
    /** Nobody: it ran to its end. */
    NONE('-'),
    /** We answered ourselves, as the configuration or a filter said. */
    LOCAL('L'),
    /** The client went away or broke the protocol. */
    CLIENT('C'),
    /** The client was too slow. */
    CLIENT_TIMEOUT('c'),
    /** A rule refused the request: access, limit, policy. */
    PROXY('P'),
    /** A resource of ours was used up: connections, queue, time to shed load. */
    RESOURCE('R'),
    /** A fault of ours, of a script or of a plugin. */
    INTERNAL('I'),
    /** We are shutting down. */
    KILLED('K'),
    /** The upstream refused, reset or broke the protocol. */
    UPSTREAM('S'),
    /** The upstream was too slow. */
    UPSTREAM_TIMEOUT('s');

    private final char letter;

    Cause(char letter) {
      this.letter = letter;
    }
  }

  /** What the exchange was doing when it ended: the second character. */
  public enum State {
    /** Reading or judging the request. */
    REQUEST('R'),
    /** Waiting for a free place at the upstream. */
    QUEUE('Q'),
    /** Connecting to an endpoint, TLS included. */
    CONNECT('C'),
    /** Waiting for the head of the response. */
    HEAD('H'),
    /** Passing the bodies. */
    DATA('D'),
    /** Passing bytes of an upgraded connection. */
    TUNNEL('T'),
    /** Sending the last bytes to the client; the upstream is done. */
    LAST('L');

    private final char letter;

    State(char letter) {
      this.letter = letter;
    }
  }

  private static final ProxyError.Kind[] KINDS = ProxyError.Kind.values();
  private static final State[] STATES = State.values();
  private static final TerminationCode[][] BY_CAUSE =
      new TerminationCode[Cause.values().length][STATES.length];
  private static final TerminationCode[][] BY_KIND =
      new TerminationCode[KINDS.length][STATES.length];

  static {
    int number = 1;
    for (Cause cause : Cause.values()) {
      for (State state : STATES) {
        BY_CAUSE[cause.ordinal()][state.ordinal()] =
            new TerminationCode(number++, cause, text(cause.letter, state.letter), null);
      }
    }
    for (ProxyError.Kind kind : KINDS) {
      TerminationCode[] sameCause = BY_CAUSE[cause(kind).ordinal()];
      for (State state : STATES) {
        TerminationCode plain = sameCause[state.ordinal()];
        BY_KIND[kind.ordinal()][state.ordinal()] =
            new TerminationCode(plain.number, plain.cause, plain.code, kind.token());
      }
    }
  }

  /** The exchange ran to its end. */
  public static final TerminationCode NORMAL = new TerminationCode(0, Cause.NONE, "--", null);

  /** We answered without asking an upstream, and that went well. */
  public static final TerminationCode LOCAL = of(Cause.LOCAL, State.REQUEST);

  /** How many different {@link #number()}s there are. */
  static final int NUMBERS = 1 + Cause.values().length * STATES.length;

  private final int number;
  private final Cause cause;
  private final String code;
  private final @Nullable String token;

  private TerminationCode(int number, Cause cause, String code, @Nullable String token) {
    this.number = number;
    this.cause = cause;
    this.code = code;
    this.token = token;
  }

  /** An exchange that {@code kind} ended while it was in {@code state}. */
  public static TerminationCode of(ProxyError.Kind kind, State state) {
    return BY_KIND[kind.ordinal()][state.ordinal()];
  }

  /**
   * An exchange that ended before its time with no error to name, such as a tunnel that one side
   * closed.
   */
  public static TerminationCode of(Cause cause, State state) {
    return BY_CAUSE[cause.ordinal()][state.ordinal()];
  }

  public Cause cause() {
    return cause;
  }

  /** Two characters, for the log. */
  public String code() {
    return code;
  }

  /** The {@code error} parameter of {@code Proxy-Status}; null when no error ended the exchange. */
  public @Nullable String token() {
    return token;
  }

  /**
   * Whether the exchange ran to an end that was meant: also an answer of ours that the
   * configuration asked for.
   */
  public boolean isNormal() {
    return cause == Cause.NONE || cause == Cause.LOCAL;
  }

  /** 0 to {@link #NUMBERS} - 1; equal codes have equal numbers. */
  int number() {
    return number;
  }

  /** The text of each number, for whoever lists what was counted by it. */
  static String[] codesByNumber() {
    String[] codes = new String[NUMBERS];
    codes[NORMAL.number] = NORMAL.code;
    for (TerminationCode[] row : BY_CAUSE) {
      for (TerminationCode each : row) codes[each.number] = each.code;
    }
    return codes;
  }

  /** Who is to blame for {@code kind}. The only place that says so. */
  private static Cause cause(ProxyError.Kind kind) {
    return switch (kind) {
      case BAD_REQUEST,
          LENGTH_REQUIRED,
          UPGRADE_VERSION,
          REQUEST_BODY_TOO_LARGE,
          EXPECTATION_FAILED,
          MISDIRECTED,
          CLIENT_GONE ->
          Cause.CLIENT;
      case REQUEST_TIMEOUT -> Cause.CLIENT_TIMEOUT;
      case METHOD_NOT_ALLOWED,
          UNAUTHENTICATED,
          DENIED,
          TOO_MANY_REQUESTS,
          NO_ROUTE,
          LOOP_DETECTED,
          DESTINATION_REFUSED,
          BODY_NOT_REPLAYABLE ->
          Cause.PROXY;
      case OVERLOADED, CIRCUIT_OPEN, QUEUE_TIMEOUT, DEADLINE -> Cause.RESOURCE;
      case SHUTTING_DOWN -> Cause.KILLED;
      case FILTER_FAILED, FILTER_TIMEOUT, FILTER_OVER_BUDGET, INTERNAL -> Cause.INTERNAL;
      case NO_ENDPOINT,
          DNS_FAILED,
          CONNECT_REFUSED,
          CONNECT_FAILED,
          TLS_FAILED,
          UPSTREAM_REFUSED_STREAM,
          STALE_CONNECTION,
          UPSTREAM_RESET,
          UPSTREAM_PROTOCOL,
          UPSTREAM_HEAD_TOO_LARGE,
          UPSTREAM_INCOMPLETE,
          UPGRADE_FAILED,
          RETRYABLE_STATUS ->
          Cause.UPSTREAM;
      case CONNECT_TIMEOUT, UPSTREAM_TIMEOUT, UPSTREAM_IDLE -> Cause.UPSTREAM_TIMEOUT;
    };
  }

  private static String text(char cause, char state) {
    return cause == '-' ? "--" : String.valueOf(new char[] {cause, state});
  }

  @Override
  public String toString() {
    return token == null ? code : code + " " + token;
  }
}
