package dev.penstock.engine.proxy;

import dev.penstock.engine.cache.CacheWishes;
import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.observe.ExchangeRecord;
import dev.penstock.engine.observe.TerminationCode;
import dev.penstock.engine.plan.MatchResult;
import dev.penstock.engine.plan.Pipeline;
import dev.penstock.engine.plan.Route;
import dev.penstock.engine.plan.RouteFacts;
import dev.penstock.engine.plan.Variables;
import dev.penstock.engine.plan.WorkerPlan;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.Endpoint;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.Identity;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.time.TimerWheel;
import dev.penstock.engine.upstream.TriedEndpoints;
import dev.penstock.engine.upstream.UpstreamEndpoint;
import dev.penstock.engine.upstream.UpstreamWorker;
import dev.penstock.engine.upstream.Waiter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The worker-confined state behind an {@link Exchange}; plain fields that {@link ExchangeDriver}
 * and its parts move along. Reused: an exchange that is over goes back to its worker, so the plain
 * path allocates none.
 */
final class LiveExchange extends TimerWheel.Timer implements Exchange, RouteFacts, Variables {
  /** Where an exchange stands; see LIFECYCLE.md. */
  enum Step {
    IDLE,
    REQUEST,
    /** For the response to another's request. */
    WAITING,
    QUEUED,
    CONNECTING,
    AWAITING_HEAD,
    RESPONSE,
    SENDING,
    TUNNEL,
    OVER
  }

  private static final InetSocketAddress NOBODY = new InetSocketAddress(0);

  final ExchangeDriver driver;
  final RequestHead request = new RequestHead();
  final ResponseHead response = new ResponseHead();
  final MatchResult<Route> match = new MatchResult<>();
  final TriedEndpoints tried = new TriedEndpoints();
  final HeldBody held = new HeldBody();
  final RequestRelay requestRelay = new RequestRelay(this);
  final ResponseRelay responseRelay = new ResponseRelay(this);
  final Attempt attempt = new Attempt(this);
  final PhaseRun phases = new PhaseRun(this);
  final Waiter waiter =
      new Waiter() {
        @Override
        protected void onAdmitted() {
          driver.forwarder().onAdmitted(LiveExchange.this);
        }

        @Override
        protected void onQueueTimeout() {
          driver.forwarder().onQueueTimeout(LiveExchange.this);
        }
      };
  final ExchangeRecord record = new ExchangeRecord();

  Step step = Step.IDLE;

  /** Counts uses of this object, so that a late word for an earlier exchange is noticed. */
  int generation;

  long number;
  @Nullable ClientStream client;
  @Nullable WorkerPlan plan;
  @Nullable Route route;
  @Nullable Pipeline pipeline;
  @Nullable UpstreamWorker upstream;
  @Nullable UpstreamEndpoint endpoint;
  @Nullable RequestHead upstreamRequest;
  @Nullable Tunnel tunnel;
  @Nullable ProxyError error;

  /** Null where the route has no cache. */
  @Nullable CacheUse caching;

  private @Nullable CacheWishes cacheWishes;

  /** Why the last attempt failed, while another may follow. */
  @Nullable ProxyError lastFailure;

  @Nullable TerminationCode termination;

  /** Whose phase method runs; {@link #suspend} is passed on to it. */
  @Nullable Suspender suspender;

  /** Calls of blocking filters that still hold this object on another thread. */
  int borrowed;

  BodyFraming requestFraming = BodyFraming.NONE;
  long requestLength = -1;

  /** Filters up to this position have seen the request; those behind it do not see the response. */
  int reached = -1;

  /** Position of the filter whose phase method runs or was the last to. */
  int calling = -1;

  /** Filters, by position, that do not want to see the body of this response. */
  long leftResponseBody;

  int attempts;
  boolean hasResponse;
  boolean isHeadSent;
  boolean isClientGone;
  boolean isAdmitted;
  boolean isLocal;
  boolean wantsUpgrade;

  /** Made by our own code: not logged as a client's. */
  boolean isSubrequest;

  /** The request may go no further: we answer it (RFC 9110 §7.6.2). */
  boolean isLastHop;

  /** Must not reach internal addresses (U20). */
  boolean isGuarded;

  /** Not the first request of its client's connection. */
  boolean isFollowUp;

  /** A subrequest that goes by the name of whichever endpoint it gets. */
  boolean subrequestHost;

  boolean expectsContinue;

  /** The whole request body is awaited before an endpoint hears of the request. */
  boolean waitsForBody;

  /** The next attempt has taken from the retry budget. */
  boolean isRetry;

  /** The next attempt needs a new connection: a kept one had been closed. */
  boolean needsFresh;

  long startNs;
  long startMillis;
  long deadlineNs = Long.MAX_VALUE;
  long stepDeadlineNs = Long.MAX_VALUE;
  long continueAtNs = Long.MAX_VALUE;
  long retryAtNs = Long.MAX_VALUE;
  long queuedNs;
  long connectionNumber;
  private long timerNs;
  InetAddress clientAddress = NOBODY.getAddress();
  InetSocketAddress peer = NOBODY;

  /** The peer's address as text. */
  byte[] peerText = {};

  boolean isPeerTrusted;

  /** The client's address, where it is the peer's; spares a copy. */
  byte @Nullable [] clientBytes;

  /** It asks for a name that the certificate of its connection does not stand for (F13). */
  boolean isMisdirected;

  /** The response came from an endpoint and carries our Via. */
  boolean isViaOwed;

  /** Null for plain connections. */
  @Nullable TlsFacts tls;

  String localPort = "";
  InetAddress localAddress = NOBODY.getAddress();
  boolean isSecure;
  String listener = "";
  @Nullable Identity identity;
  private @Nullable Map<String, Object> vars;
  private @Nullable IdentityHashMap<Attribute<?>, Object> attributes;
  private @Nullable Runnable clientGone;

  LiveExchange(ExchangeDriver driver) {
    this.driver = driver;
  }

  /** Forgets everything; the object may serve another exchange. */
  void clear() {
    generation++;
    step = Step.IDLE;
    request.clear();
    response.clear();
    match.clear();
    tried.clear();
    held.clear();
    requestRelay.clear();
    responseRelay.clear();
    attempt.clear();
    record.clear();
    client = null;
    plan = null;
    route = null;
    pipeline = null;
    upstream = null;
    endpoint = null;
    upstreamRequest = null;
    caching = null;
    cacheWishes = null;
    tunnel = null;
    isSubrequest = false;
    isLastHop = false;
    isGuarded = false;
    isFollowUp = false;
    subrequestHost = false;
    error = null;
    lastFailure = null;
    termination = null;
    suspender = null;
    borrowed = 0;
    phases.clear();
    requestFraming = BodyFraming.NONE;
    requestLength = -1;
    reached = -1;
    calling = -1;
    leftResponseBody = 0;
    attempts = 0;
    hasResponse = false;
    isHeadSent = false;
    isClientGone = false;
    isAdmitted = false;
    isLocal = false;
    wantsUpgrade = false;
    expectsContinue = false;
    waitsForBody = false;
    isRetry = false;
    needsFresh = false;
    queuedNs = 0;
    connectionNumber = 0;
    retryAtNs = Long.MAX_VALUE;
    deadlineNs = Long.MAX_VALUE;
    stepDeadlineNs = Long.MAX_VALUE;
    continueAtNs = Long.MAX_VALUE;
    clientAddress = NOBODY.getAddress();
    peer = NOBODY;
    isSecure = false;
    isPeerTrusted = false;
    isMisdirected = false;
    clientBytes = null;
    tls = null;
    isViaOwed = false;
    listener = "";
    identity = null;
    if (vars != null) vars = null;
    if (attributes != null) attributes = null;
    clientGone = null;
  }

  // ---- time: the timer is left running when a deadline moves away, and looks again when it fires

  /** Makes sure that {@link ExchangeDriver#onTime} runs at {@code deadline} or earlier. */
  void wakeAt(long deadline) {
    if (deadline == Long.MAX_VALUE || isSet() && timerNs <= deadline) return;
    timerNs = deadline;
    driver.timers().schedule(this, deadline);
  }

  @Override
  protected void onTimer() {
    if (step != Step.IDLE && step != Step.OVER) driver.onTime(this);
  }

  // ---- what user code sees

  @Override
  public String id() {
    return ExchangeRecord.idText(number);
  }

  @Override
  public RequestHead request() {
    return request;
  }

  @Override
  public RequestHead upstreamRequest() {
    RequestHead copy = upstreamRequest;
    if (copy == null) throw new IllegalStateException("there is no upstream request in this phase");
    return copy;
  }

  @Override
  public ResponseHead response() {
    if (!hasResponse) throw new IllegalStateException("there is no response yet");
    return response;
  }

  @Override
  public boolean hasResponse() {
    return hasResponse;
  }

  @Override
  public String route() {
    Route known = route;
    return known == null ? "" : known.id();
  }

  @Override
  public Map<String, String> pathParameters() {
    return match.parameters();
  }

  @Override
  public InetAddress clientAddress() {
    return clientAddress;
  }

  @Override
  public InetSocketAddress peer() {
    return peer;
  }

  @Override
  public String listener() {
    return listener;
  }

  @Override
  public boolean isSecure() {
    return isSecure;
  }

  @Override
  public String scheme() {
    return isSecure ? "https" : "http";
  }

  @Override
  public String requestId() {
    String given = request.headers().get(HeaderName.X_REQUEST_ID);
    return given == null ? id() : given;
  }

  @Override
  public @Nullable String parameter(String name) {
    return match.rawParameter(name);
  }

  @Override
  public @Nullable String upstream() {
    UpstreamWorker chosen = upstream;
    return chosen == null ? null : chosen.upstream().name();
  }

  @Override
  public void upstream(String name) {
    WorkerPlan current = plan;
    UpstreamWorker chosen = current == null ? null : current.upstream(name);
    if (chosen == null) throw new IllegalArgumentException("there is no upstream \"" + name + "\"");
    if (step != Step.REQUEST) {
      throw new IllegalStateException("the upstream can be chosen up to onRequest only");
    }
    upstream = chosen;
  }

  @Override
  public @Nullable Object note(String name) {
    return vars == null ? null : vars.get(name);
  }

  @Override
  public void leaveResponseBody() {
    if (calling >= 0 && calling < Long.SIZE) leftResponseBody |= 1L << calling;
  }

  @Override
  public long responseLength() {
    Pipeline current = pipeline;
    if (current != null && calling >= 0 && calling < Long.SIZE) {
      // Response phases run from the last filter to the first: those behind have had their say.
      long notBehind = -1L >>> Long.SIZE - 1 - calling;
      if (current.changesResponseBody(leftResponseBody | notBehind)) return -1;
    }
    return responseRelay.length();
  }

  @Override
  public boolean promptResponseBody(Filter filter) {
    return isAlive() && responseRelay.prompt(filter);
  }

  @Override
  public @Nullable Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public int attempts() {
    return attempts;
  }

  @Override
  public @Nullable ProxyError error() {
    return error;
  }

  @Override
  public Suspension suspend() {
    Suspender asking = suspender;
    if (asking == null) throw new IllegalStateException("suspend() belongs into a phase method");
    return asking.suspend();
  }

  @Override
  public BodySource requestBody() {
    return requestRelay.consume();
  }

  @Override
  public void replaceRequestBody(BodySource body) {
    requestRelay.replace(body);
  }

  @Override
  public void sendInterim(ResponseHead head) {
    driver.responder().sendInterim(this, head);
  }

  @Override
  public Map<String, Object> vars() {
    Map<String, Object> notes = vars;
    if (notes == null) vars = notes = new HashMap<>();
    return notes;
  }

  /** As {@link #vars()}, without making it. */
  Map<String, Object> varsOrNone() {
    return vars == null ? Map.of() : vars;
  }

  @Override
  @SuppressWarnings("unchecked") // attribute(key, value) puts nothing else there
  public <T> @Nullable T attribute(Attribute<T> key) {
    return attributes == null ? null : (T) attributes.get(key);
  }

  @Override
  public <T> void attribute(Attribute<T> key, @Nullable T value) {
    IdentityHashMap<Attribute<?>, Object> map = attributes;
    if (value == null) {
      if (map != null) map.remove(key);
      return;
    }
    if (map == null) attributes = map = new IdentityHashMap<>();
    map.put(key, value);
  }

  @Override
  public @Nullable Identity identity() {
    return identity;
  }

  @Override
  public void identity(@Nullable Identity who) {
    identity = who;
  }

  @Override
  public long startNs() {
    return startNs;
  }

  @Override
  public long deadlineNs() {
    return deadlineNs;
  }

  @Override
  public void onClientGone(Runnable listener) {
    if (isClientGone) driver.worker().execute(listener);
    else clientGone = listener;
  }

  @Override
  public CacheWishes cache() {
    CacheWishes wishes = cacheWishes;
    if (wishes == null) cacheWishes = wishes = new CacheWishes();
    return wishes;
  }

  /** Makes this one, which is new, ask the same as {@code other}, whose filters have seen it. */
  void copyRequest(LiveExchange other) {
    Forwarder.copy(other.request, request);
    route = other.route;
    pipeline = other.pipeline;
    upstream = other.upstream;
    reached = other.reached;
    cacheWishes = other.cache();
    isSecure = other.isSecure;
    isPeerTrusted = other.isPeerTrusted;
    clientAddress = other.clientAddress;
    peer = other.peer;
    peerText = other.peerText;
    listener = other.listener;
    requestRelay.onNoBody();
  }

  /** Four or sixteen bytes. */
  byte[] clientAddressBytes() {
    byte[] known = clientBytes;
    return known != null ? known : clientAddress.getAddress();
  }

  void tellClientGone() {
    Runnable listener = clientGone;
    clientGone = null;
    if (listener != null) listener.run();
  }

  boolean isAlive() {
    return step != Step.IDLE && step != Step.OVER;
  }

  @Override
  public String toString() {
    return id() + " " + step + " " + request;
  }
}
