package dev.penstock.scripting;

import dev.penstock.engine.spi.BodyPart;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * One exchange in one use of a script: what it used of its budgets, what it waits for, what the
 * script answered. Lives from the first phase until the exchange is over and its waitUntil work
 * too. Worker-confined.
 */
final class ScriptExchange {
  private final ScriptUse use;
  private final ExchangeHost door;
  private @Nullable Exchange exchange;
  private Phase phase = Phase.ON_REQUEST;
  private @Nullable Guest slotOwner;
  private int slot = -1;
  private boolean slotIsFilled;
  private long usedNs;
  private long usedBytes;
  private int logged;
  private String id = "";
  private String scheduledAs = "";

  private @Nullable BodyPart part;
  private @Nullable TextParts textParts;
  private @Nullable ProxyError phaseError;
  private @Nullable Response answer;
  private @Nullable ScriptFailure failure;
  private @Nullable Waiting waiting;
  private @Nullable Fetches fetches;
  private @Nullable List<Value> abortListeners;
  private @Nullable String abortName;
  private String abortMessage = "";
  private boolean listensToClient;
  private @Nullable Map<String, KvStore> claims;
  private int work;

  ScriptExchange(ScriptUse use, @Nullable Exchange exchange) {
    this.use = use;
    this.exchange = exchange;
    this.door = new ExchangeHost(this);
  }

  ScriptUse use() {
    return use;
  }

  ExchangeHost door() {
    return door;
  }

  ScriptLimits limits() {
    return use.limits();
  }

  /** The exchange, or null when it is over. */
  @Nullable Exchange exchange() {
    return exchange;
  }

  /** The exchange; fails by saying so when it is over. */
  Exchange live() {
    Exchange now = exchange;
    if (now == null) throw new GoneException();
    return now;
  }

  boolean isOver() {
    return exchange == null;
  }

  Phase phase() {
    return phase;
  }

  void enter(Phase now) {
    phase = now;
    answer = null;
    failure = null;
    door.onPhase(now);
  }

  void enter(Phase now, BodyPart shown) {
    enter(now);
    part = shown;
  }

  void enter(Phase now, ProxyError error) {
    enter(now);
    phaseError = error;
  }

  @Nullable BodyPart part() {
    return part;
  }

  /** Reads the parts of the body as text. */
  TextParts textParts() {
    TextParts mine = textParts;
    if (mine == null) textParts = mine = new TextParts();
    return mine;
  }

  /** What {@code exchange.error} shows. */
  @Nullable ProxyError error() {
    Exchange now = exchange;
    ProxyError error = phase == Phase.ON_UPSTREAM_ERROR ? phaseError : null;
    return error != null || now == null ? error : now.error();
  }

  /**
   * Where door/exchange.js keeps its object between phases: -1 when there is only one phase, {@code
   * -2 - slot} when there is no object yet.
   */
  int slotIn(Guest guest) {
    if (!use.keepsObjects()) return -1;
    if (slotOwner != guest) {
      slotOwner = guest;
      slot = guest.takeSlot();
      slotIsFilled = false;
    }
    if (slotIsFilled) return slot;
    slotIsFilled = true;
    return -2 - slot;
  }

  void used(long ns, long bytes) {
    usedNs += ns;
    usedBytes += bytes;
  }

  long usedNs() {
    return usedNs;
  }

  long usedBytes() {
    return usedBytes;
  }

  // ---- answers
  // ------------------------------------------------------------------------------------------------------

  void answer(Response response) {
    answer = response;
  }

  boolean isAnswered() {
    return answer != null;
  }

  @Nullable Response takeAnswer() {
    Response taken = answer;
    answer = null;
    return taken;
  }

  /** The script says why its phase failed: a rejected promise. */
  void fail(ScriptFailure why) {
    failure = why;
    slotIsFilled = false; // The call may have been stopped before it came to that.
  }

  @Nullable ScriptFailure takeFailure() {
    ScriptFailure taken = failure;
    failure = null;
    return taken;
  }

  /** What the phase waits for, if it ever waited. */
  Waiting waiting() {
    Waiting mine = waiting;
    if (mine == null) waiting = mine = new Waiting(this);
    return mine;
  }

  boolean isWaiting() {
    return waiting != null && waiting.isWaiting();
  }

  /** Code that ran for a phase which waits was stopped, or threw where nobody catches. */
  void failedInTurn(ScriptFailure why) {
    failure = why;
    waiting().settled(ScriptContext.FAILED);
  }

  Fetches fetches() {
    Fetches mine = fetches;
    if (mine == null) fetches = mine = new Fetches(this);
    return mine;
  }

  // ---- the end
  // ------------------------------------------------------------------------------------------------------

  /**
   * Calls {@code listener} with a name and a message when nobody waits for the exchange any more.
   */
  void onAbort(Value listener) {
    if (abortName != null) {
      listener.executeVoid(abortName, abortMessage);
      return;
    }
    if (abortListeners == null) abortListeners = new ArrayList<>(2);
    abortListeners.add(listener);
    listenToClient();
  }

  void listenToClient() {
    Exchange now = exchange;
    if (listensToClient || now == null) return;
    listensToClient = true;
    now.onClientGone(() -> abort("AbortError", "the client went away"));
  }

  /** Tells the script that nobody waits any more, and gives up what it waits for. */
  void abort(String name, String message) {
    if (abortName != null) return;
    abortName = name;
    abortMessage = message;
    List<Value> listeners = abortListeners;
    abortListeners = null;
    if (listeners != null) {
      use.context().run(this, limits(), () -> listeners.forEach(l -> l.executeVoid(name, message)));
    }
    if (work == 0 && fetches != null) fetches.cancelAll();
  }

  /**
   * The exchange is over: its objects say so from now on. Work given to waitUntil goes on for a
   * while.
   */
  void end() {
    if (exchange == null) return;
    idText();
    if (waiting != null) waiting.cancel();
    door.onEnd();
    exchange = null;
    part = null;
    answer = null;
    Guest owner = slotOwner;
    slotOwner = null;
    if (owner != null) owner.releaseSlot(slot);
    if (work == 0) release();
    else use.outlives(this);
  }

  /** It computes a value that others wait for; when it ends before, somebody else may. */
  void claims(KvStore store, String key) {
    if (claims == null) claims = new HashMap<>();
    claims.put(key, store);
  }

  void unclaims(String key) {
    if (claims != null) claims.remove(key);
  }

  void workBegins() {
    work++;
  }

  void workEnds() {
    if (--work == 0 && exchange == null) {
      release();
      use.outlived(this);
    }
  }

  boolean isWorking() {
    return work > 0;
  }

  /** Nothing of it goes on. */
  void release() {
    if (fetches != null) fetches.cancelAll();
    abortListeners = null;
    work = 0;
    Map<String, KvStore> claimed = claims;
    claims = null;
    if (claimed != null) claimed.forEach((key, store) -> store.abandon(key));
  }

  // ---- for logs
  // -----------------------------------------------------------------------------------------------------

  /** What of {@code text} the budget lets into the log, or null. */
  @Nullable String allowedLog(String text) {
    int room = limits().log() - logged;
    ScriptStats stats = use.context().stats();
    if (room <= 0) {
      stats.logDropped(text.length());
      return null;
    }
    logged += text.length();
    if (text.length() <= room) return text;
    stats.logDropped(text.length() - room);
    return text.substring(0, room) + "… (more than limits.log)";
  }

  String idText() {
    Exchange now = exchange;
    if (id.isEmpty()) id = now == null ? "-" : now.id();
    return id;
  }

  String routeText() {
    return use.owner();
  }

  /** For scheduled calls, which have no exchange: what stands in their place. */
  void scheduledAs(String text) {
    scheduledAs = text;
    id = "scheduled";
  }

  String schedule() {
    return scheduledAs;
  }
}
