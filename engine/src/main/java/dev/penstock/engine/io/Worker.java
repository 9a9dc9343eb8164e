package dev.penstock.engine.io;

import dev.penstock.engine.observe.LoopPulse;
import dev.penstock.engine.time.NanoClock;
import dev.penstock.engine.time.TimerWheel;
import dev.penstock.engine.wire.Transport;
import dev.penstock.engine.wire.WorkerThread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Collections;
import java.util.Iterator;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.mina.core.service.IoHandlerAdapter;
import org.apache.mina.transport.socket.nio.NioProcessor;
import org.apache.mina.transport.socket.nio.NioSession;
import org.apache.mina.transport.socket.nio.NioSocketConnector;
import org.jspecify.annotations.Nullable;

/**
 * One thread, one selector, one mailbox, one timer wheel; owns all that is registered with it.
 *
 * <p>A MINA processor whose {@code select} runs our turns: MINA gives thread, selector, life cycle
 * and disposal; keys carry our own {@link Ready} objects, so that no session, filter chain, future
 * or queue stands between a socket and the codec (decision 001). It returns to MINA's loop only
 * when MINA itself asks for attention.
 *
 * <p>A turn: wait for readiness, read the clock, serve what is ready, run the mailbox, fire timers,
 * send what has come together. Only {@link #execute} may be called from other threads.
 */
public final class Worker extends NioProcessor implements WorkerThread {
  private static final Logger LOG = LogManager.getLogger(Worker.class);
  private static final long TICK_NS = 4_000_000;
  private static final int MAX_WAIT_MS = 1000;
  private static final int READ_BYTES = 64 * 1024;
  private static final int MAX_COMMANDS_A_TURN = 1024;
  private static final long SAY_EVERY_NS = 10_000_000_000L;

  private final int index;
  private final ExecutorService executor;
  private final LoopClock clock = new LoopClock();
  private final TimerWheel timers = new TimerWheel(TICK_NS, clock.nanoTime());
  private final ConcurrentLinkedQueue<Runnable> mailbox = new ConcurrentLinkedQueue<>();
  private final Consumer<SelectionKey> dispatch = this::dispatch;
  private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_BYTES);
  private final Outbox outbox = new Outbox();
  private final ChunkPool chunks;
  private final SocketTransport transport = new SocketTransport(this);
  private final java.util.ArrayDeque<Runnable> afterwards = new java.util.ArrayDeque<>();
  private final java.util.ArrayDeque<Runnable> turnEnd = new java.util.ArrayDeque<>();
  private @Nullable LoopPulse pulse;

  private volatile boolean minaCalls;
  private volatile boolean asleep;
  private volatile boolean stopping;
  private boolean clockIsFresh;
  private long sayRelievedNs = Long.MIN_VALUE;
  private Thread thread = Thread.currentThread();

  private Worker(int index, ExecutorService executor, long maxBufferBytes) {
    super(executor);
    this.index = index;
    this.executor = executor;
    this.chunks = new ChunkPool(maxBufferBytes);
  }

  /**
   * Starts worker {@code index}; its thread runs until {@link #stop}.
   *
   * @param maxBufferBytes what all its connections together may hold back for slow peers
   */
  public static Worker start(int index, long maxBufferBytes) {
    String name = "worker-" + index;
    ExecutorService executor =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name(name).stackSize(2 << 20).daemon(false).factory());
    Worker worker = new Worker(index, executor, maxBufferBytes);
    NioSocketConnector connector = new NioSocketConnector(worker);
    connector.setHandler(new IoHandlerAdapter());
    worker.add(new LoopSession(worker, connector));
    return worker;
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public NanoClock clock() {
    return clock;
  }

  @Override
  public TimerWheel timers() {
    return timers;
  }

  @Override
  public Transport transport() {
    return transport;
  }

  @Override
  public boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /** The worker's thread, for a watchdog that wants its stack. */
  public Thread thread() {
    return thread;
  }

  /** Is beaten with each turn; set before traffic, on this thread. */
  void pulse(LoopPulse beat) {
    pulse = beat;
  }

  @Override
  public void execute(Runnable command) {
    mailbox.add(command);
    if (asleep && !isCurrent()) selector.wakeup();
  }

  @Override
  public void atTurnEnd(Runnable command) {
    turnEnd.add(command);
  }

  @Override
  public void afterwards(Runnable command) {
    afterwards.add(command);
  }

  Outbox outbox() {
    return outbox;
  }

  ChunkPool chunks() {
    return chunks;
  }

  /** The one buffer into which this worker reads. */
  ByteBuffer readBuffer() {
    return readBuffer;
  }

  Selector selectorForConnections() {
    return selector;
  }

  SelectionKey register(SelectableChannel channel, int ops, Ready ready) throws IOException {
    return channel.register(selector, ops, ready);
  }

  /**
   * Ends the loop after the running turn and waits for it; connections must have been closed
   * before.
   */
  public void stop() {
    stopping = true;
    dispose();
    executor.shutdown();
  }

  // ---- the loop; MINA calls select(timeout) from its own

  @Override
  protected int select(long timeout) throws IOException {
    if (thread != Thread.currentThread()) {
      thread = Thread.currentThread();
      thread.setName(toString()); // MINA has named it after the class
    }
    while (!minaCalls) turn();
    minaCalls = false;
    return 1;
  }

  private void turn() throws IOException {
    clockIsFresh = false;
    long waitNs = waitNs();
    if (waitNs <= 0) {
      selector.selectNow(dispatch);
    } else {
      asleep = true;
      if (mailbox.isEmpty() && !minaCalls) {
        selector.select(dispatch, Math.max(1, (waitNs + 999_999) / 1_000_000));
      }
      asleep = false;
    }
    freshClock();
    runMailbox();
    fireTimers();
    settle();
    endTurn();
    LoopPulse beat = pulse;
    if (beat == null) return;
    beat.holds(timers.size(), chunks.lentBytes());
    beat.turnEnded(System.nanoTime());
  }

  private long waitNs() {
    if (!mailbox.isEmpty() || minaCalls) return 0;
    long next = timers.nextDelayNs(System.nanoTime());
    return next < 0 ? MAX_WAIT_MS * 1_000_000L : Math.min(next, MAX_WAIT_MS * 1_000_000L);
  }

  private void freshClock() {
    if (clockIsFresh) return;
    clockIsFresh = true;
    clock.read();
    asleep = false;
    LoopPulse beat = pulse;
    if (beat != null) beat.turnBegan(clock.nowNs);
  }

  private void dispatch(SelectionKey key) {
    freshClock();
    if (!key.isValid()) return;
    try {
      ((Ready) key.attachment()).onReady(key.readyOps());
    } catch (RuntimeException | Error e) {
      survive("serving a socket", e);
    }
    settle();
  }

  private void endTurn() {
    for (Runnable command; (command = turnEnd.poll()) != null; ) {
      run(command);
      settle();
    }
  }

  /** A timer that throws ends the round, not the loop: the others of its tick are still set. */
  private void fireTimers() {
    try {
      timers.advance(clock.nowNs);
    } catch (RuntimeException | Error e) {
      survive("a timer", e);
    }
  }

  private void runMailbox() {
    if (mailbox.isEmpty()) return;
    long beganNs = System.nanoTime();
    for (int i = 0; i < MAX_COMMANDS_A_TURN; i++) {
      Runnable command = mailbox.poll();
      if (command == null) break;
      run(command);
      settle();
    }
    LoopPulse beat = pulse;
    if (beat != null) beat.ranCommands(System.nanoTime() - beganNs);
  }

  /** Sends what was written and runs what was put off, until nothing is left of either. */
  private void settle() {
    while (true) {
      outbox.flush();
      Runnable command = afterwards.poll();
      if (command != null) run(command);
      else if (!chunks.isOver() || !relieve()) return;
    }
  }

  /**
   * Slow readers together hold more than there is: those that hold the most are cut off, so that
   * the others can go on (L6).
   *
   * @return whether there were any
   */
  private boolean relieve() {
    int cut = 0;
    while (chunks.excess() > 0) {
      SocketConnection largest = null;
      for (SelectionKey key : selector.keys()) {
        if (key.attachment() instanceof SocketConnection each
            && each.isHolding()
            && (largest == null || each.pendingBytes() > largest.pendingBytes())) largest = each;
      }
      if (largest == null) break;
      largest.evict();
      cut++;
    }
    LoopPulse beat = pulse;
    if (beat != null) beat.evicted(cut);
    if (sayRelievedNs != Long.MIN_VALUE && clock.nowNs - sayRelievedNs < SAY_EVERY_NS)
      return cut > 0;
    sayRelievedNs = clock.nowNs;
    LOG.warn(
        "{} held more than {} MiB for slow peers: {} connections that held the most were reset;"
            + " see min-bytes-per-second and -XX:MaxDirectMemorySize",
        this,
        chunks.maxLentBytes() >> 20,
        cut);
    return cut > 0;
  }

  private void run(Runnable command) {
    try {
      command.run();
    } catch (RuntimeException | Error e) {
      survive("a command", e);
    }
  }

  /** One failure must not take all other connections of this worker with it. */
  private void survive(String what, Throwable failure) {
    try {
      LOG.error("{} failed on worker {}; this is a bug", what, index, failure);
    } catch (RuntimeException | LinkageError e) {
      // Without descriptors no class can be loaded, those of the log line neither.
    }
    if (failure instanceof VirtualMachineError fatal && !(failure instanceof StackOverflowError))
      throw fatal;
  }

  // ---- what MINA asks a processor; our connections are not its sessions

  @Override
  protected void wakeup() {
    minaCalls = true;
    if (!isCurrent()) selector.wakeup();
  }

  @Override
  protected void init(NioSession session) {
    // The loop's own session has no channel to register.
  }

  @Override
  protected Iterator<NioSession> allSessions() {
    return Collections.emptyIterator();
  }

  @Override
  protected Iterator<NioSession> selectedSessions() {
    return Collections.emptyIterator();
  }

  /** Never 0 before the end: stock MINA would end the thread, and scripts are bound to theirs. */
  @Override
  protected int allSessionsCount() {
    return stopping ? 0 : 1;
  }

  @Override
  protected boolean isSelectorEmpty() {
    return stopping;
  }

  @Override
  protected void doDispose() {
    try {
      for (SelectionKey key : selector.keys()) key.channel().close();
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "worker-" + index;
  }

  /** Read once per turn. */
  private static final class LoopClock implements NanoClock {
    private long nowNs = System.nanoTime();
    private long wallMillis = System.currentTimeMillis();
    private long wallReadNs = nowNs;

    void read() {
      nowNs = System.nanoTime();
      if (nowNs - wallReadNs > 1_000_000) {
        wallMillis = System.currentTimeMillis();
        wallReadNs = nowNs;
      }
    }

    @Override
    public long nanoTime() {
      return nowNs;
    }

    @Override
    public long wallMillis() {
      return wallMillis;
    }
  }
}
