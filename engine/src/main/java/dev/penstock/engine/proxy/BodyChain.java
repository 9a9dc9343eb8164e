package dev.penstock.engine.proxy;

import dev.penstock.engine.plan.PlacedFilter;
import dev.penstock.engine.spi.BodyAccess;
import dev.penstock.engine.spi.BodyPart;
import dev.penstock.engine.spi.Exchange.Suspension;
import dev.penstock.engine.spi.Execution;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Verdict;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The way of a body through the filters that want to see it, part by part. While a filter holds a
 * part, what follows is collected here and the sender is asked to pause. Made only for exchanges
 * that have such filters.
 */
final class BodyChain implements Suspender {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** Where parts go that have passed all filters. */
  interface Output {
    /** The buffer may be reused after return. */
    void passed(ByteBuffer part);

    /** The body has ended and all of it has passed. */
    void passedEnd();

    /** A filter said something other than NEXT. */
    void onVerdict(Verdict verdict);

    /** A filter holds a part: the sender should pause. */
    void onHeld();

    /** The filter has let go. */
    void onFreed();
  }

  private final LiveExchange exchange;
  private final Phase phase;
  private final Stage[] stages;
  private final Output output;
  private final HeldBody waiting = new HeldBody();
  private boolean endWaits;
  private boolean isOver;
  private int heldAt = -1;
  private int pass;
  private boolean isCalling;
  private @Nullable Part heldPart;
  private @Nullable Verdict early;

  BodyChain(LiveExchange exchange, Phase phase, PlacedFilter[] filters, Output output) {
    this.exchange = exchange;
    this.phase = phase;
    this.output = output;
    this.stages = new Stage[filters.length];
    for (int i = 0; i < filters.length; i++) stages[i] = new Stage(filters[i]);
  }

  /** A part comes from the sender; the buffer may be reused after return. */
  void push(ByteBuffer part) {
    if (isOver) {
      part.position(part.limit());
    } else if (heldAt >= 0) {
      waiting.add(part);
    } else {
      pass(0, part, false);
    }
  }

  /** The sender has no more. */
  void pushEnd() {
    if (isOver) return;
    if (heldAt >= 0) endWaits = true;
    else pass(0, NOTHING, true);
  }

  /** Shows an empty part to {@code filter}; false when a part is under way or none may follow. */
  boolean prompt(Filter filter) {
    if (isOver || isCalling || heldAt >= 0) return false;
    for (int i = 0; i < stages.length; i++) {
      if (stages[i].placed.filter() != filter) continue;
      pass(i, NOTHING, false);
      return true;
    }
    return false;
  }

  /** Nothing more is to pass. */
  void cancel() {
    isOver = true;
    pass++;
    waiting.clear();
  }

  boolean isHeld() {
    return heldAt >= 0;
  }

  private void pass(int from, ByteBuffer bytes, boolean isLast) {
    ByteBuffer current = bytes;
    for (int i = from; i < stages.length; i++) {
      Stage stage = stages[i];
      Part part = stage.next(current, isLast);
      if (part == null) return;
      Verdict verdict = call(i, part);
      if (verdict == Verdict.SUSPEND) {
        hold(i, part);
        return;
      }
      if (verdict != Verdict.NEXT) {
        isOver = true;
        output.onVerdict(verdict);
        return;
      }
      if (isOver) return;
      current = part.bytes();
      if (!current.hasRemaining() && !isLast) return;
    }
    if (current.hasRemaining()) output.passed(current);
    if (isLast && !isOver) {
      isOver = true;
      output.passedEnd();
    }
  }

  private Verdict call(int at, Part part) {
    PlacedFilter placed = stages[at].placed;
    if (stages[at].isTooLarge) {
      ProxyError.Kind kind =
          phase == Phase.ON_REQUEST_BODY
              ? ProxyError.Kind.REQUEST_BODY_TOO_LARGE
              : ProxyError.Kind.UPSTREAM_PROTOCOL;
      return Verdict.reject(
          ProxyError.of(kind, "the body is larger than " + placed.name() + " takes"));
    }
    if (placed.execution() == Execution.BLOCKING) {
      int mine = ++pass;
      BlockingCall.start(placed, phase, exchange, part.owned(), verdict -> resumed(mine, verdict));
      return Verdict.SUSPEND;
    }
    isCalling = true;
    exchange.suspender = this;
    Verdict verdict = FilterCall.inline(placed, phase, exchange, part);
    exchange.suspender = null;
    isCalling = false;
    if (verdict == Verdict.SUSPEND && early != null) verdict = early;
    early = null;
    return verdict;
  }

  private void hold(int at, Part part) {
    heldAt = at;
    heldPart = part.owned();
    exchange.driver.onSuspended(exchange);
    output.onHeld();
  }

  @Override
  public Suspension suspend() {
    int mine = ++pass;
    int use = exchange.generation;
    return new Suspension() {
      @Override
      public void resume(Verdict verdict) {
        exchange
            .driver
            .worker()
            .execute(() -> {
              if (use == exchange.generation) resumed(mine, verdict);
            });
      }

      @Override
      public boolean isWaiting() {
        return use == exchange.generation && mine == pass && !isOver && exchange.isAlive();
      }
    };
  }

  private void resumed(int mine, Verdict verdict) {
    if (mine != pass || isOver || !exchange.isAlive()) return;
    if (isCalling) {
      early = verdict;
      return;
    }
    Part part = heldPart;
    int at = heldAt;
    if (part == null) return;
    heldPart = null;
    heldAt = -1;
    exchange.driver.onResumed(exchange);
    if (verdict != Verdict.NEXT) {
      isOver = true;
      output.onVerdict(verdict);
      return;
    }
    pass(at + 1, part.bytes(), part.isLast());
    drain();
  }

  private void drain() {
    if (isOver || heldAt >= 0) return;
    if (waiting.size() > 0) {
      ByteBuffer more = ByteBuffer.allocate(waiting.size()).put(waiting.view()).flip();
      waiting.clear();
      pass(0, more, false);
      if (isOver || heldAt >= 0) return;
    }
    if (endWaits) {
      endWaits = false;
      pass(0, NOTHING, true);
    } else {
      output.onFreed();
    }
  }

  /** One filter, with what it collects if it wants the body whole. */
  private static final class Stage {
    final PlacedFilter placed;
    private final @Nullable HeldBody whole;
    boolean isTooLarge;

    Stage(PlacedFilter placed) {
      this.placed = placed;
      this.whole = accessOf(placed) == BodyAccess.WHOLE ? new HeldBody() : null;
    }

    private static BodyAccess accessOf(PlacedFilter placed) {
      return placed.requestBody() == BodyAccess.WHOLE || placed.responseBody() == BodyAccess.WHOLE
          ? BodyAccess.WHOLE
          : BodyAccess.TRANSFORM;
    }

    /** The part to show to the filter now, or null when it is not its turn yet. */
    @Nullable Part next(ByteBuffer bytes, boolean isLast) {
      HeldBody collected = whole;
      if (collected == null) return new Part(bytes, isLast);
      if ((long) collected.size() + bytes.remaining() > placed.maxWholeBodyBytes()) {
        isTooLarge = true;
        return new Part(bytes, isLast);
      }
      collected.add(bytes);
      return isLast ? new Part(collected.view(), true) : null;
    }
  }

  /** What a filter sees. */
  private static final class Part implements BodyPart {
    private ByteBuffer bytes;
    private final boolean isLast;
    private boolean isOwned;

    Part(ByteBuffer bytes, boolean isLast) {
      this.bytes = bytes;
      this.isLast = isLast;
    }

    @Override
    public ByteBuffer bytes() {
      return bytes;
    }

    @Override
    public boolean isLast() {
      return isLast;
    }

    @Override
    public void replace(ByteBuffer newBytes) {
      bytes = newBytes;
      isOwned = true;
    }

    /** This part with bytes of its own, which may be kept. */
    Part owned() {
      if (!isOwned) {
        int consumed = bytes.position();
        ByteBuffer copy = ByteBuffer.allocate(bytes.remaining());
        copy.put(bytes).flip();
        assert bytes.position() >= consumed;
        bytes = copy;
        isOwned = true;
      }
      return this;
    }
  }
}
