package dev.penstock.engine.io;

import dev.penstock.engine.observe.AccessLog;
import dev.penstock.engine.observe.ExchangeView;
import dev.penstock.engine.observe.LoopPulse;
import dev.penstock.engine.observe.LoopWatchdog;
import dev.penstock.engine.observe.Metrics;
import dev.penstock.engine.plan.ListenerPolicy;
import dev.penstock.engine.plan.Snapshot;
import dev.penstock.engine.plan.WorkerPlan;
import dev.penstock.engine.proxy.ClientConnection;
import dev.penstock.engine.proxy.ExchangeDriver;
import dev.penstock.engine.proxy.Http1Decoders;
import dev.penstock.engine.proxy.WorkerObserver;
import dev.penstock.engine.upstream.Destinations;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A worker with all that it needs to serve: driver, observer, listener sockets, connections. What
 * is said to run on the worker is sent there by {@link #call}.
 */
public final class ServingWorker {
  private final Worker worker;
  private final WorkerObserver observer;
  private final ExchangeDriver driver;
  private final LoopPulse pulse;
  private final Map<String, ListenerSocket> sockets = new HashMap<>();
  private final Map<String, Set<ClientConnection>> connections = new HashMap<>();
  private long connectionNumbers;
  private @Nullable Runnable onIdle;
  private boolean isClosing;

  /** Starts worker {@code index}; it serves nothing until it has a plan and a listener. */
  ServingWorker(
      int index,
      long maxBufferBytes,
      Metrics metrics,
      AccessLog log,
      LoopWatchdog watchdog,
      long seed) {
    worker = Worker.start(index, maxBufferBytes);
    SplittableRandom random = new SplittableRandom(seed + index);
    CompletableFuture<Parts> parts =
        call(() -> {
          LoopPulse beat = watchdog.watch(worker.thread(), metrics.worker(index));
          WorkerObserver watching =
              new WorkerObserver(
                  worker, metrics.worker(index), log.writer(worker.timers(), worker.clock()), beat);
          return new Parts(beat, watching, new ExchangeDriver(worker, watching, random));
        });
    Parts made = parts.join();
    pulse = made.pulse;
    observer = made.observer;
    driver = made.driver;
    connectionNumbers = (long) index << 48;
    call(
            () -> {
              worker.pulse(pulse);
              return true;
            })
        .join();
  }

  private record Parts(LoopPulse pulse, WorkerObserver observer, ExchangeDriver driver) {}

  Worker worker() {
    return worker;
  }

  WorkerObserver observer() {
    return observer;
  }

  ExchangeDriver driver() {
    return driver;
  }

  long nextConnection() {
    return ++connectionNumbers;
  }

  /** Runs {@code work} on the worker's thread. From any other thread. */
  public <T> CompletableFuture<T> call(Callable<T> work) {
    CompletableFuture<T> done = new CompletableFuture<>();
    worker.execute(() -> {
      try {
        done.complete(work.call());
      } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
        done.completeExceptionally(e);
      }
    });
    return done;
  }

  /**
   * Makes the filters of {@code snapshot} on the worker; {@code onClosed} hears when they are gone
   * again.
   */
  public CompletableFuture<WorkerPlan> prepare(Snapshot snapshot, Runnable onClosed) {
    return call(() -> driver.prepare(snapshot, onClosed));
  }

  /** Serves by {@code plan} from the next request on. */
  public CompletableFuture<Boolean> adopt(WorkerPlan plan) {
    return call(() -> {
      driver.adopt(plan);
      for (ListenerSocket socket : sockets.values()) {
        ListenerPolicy policy = plan.snapshot().listeners().get(socket.name());
        if (policy != null) follow(socket, policy);
      }
      return true;
    });
  }

  private void follow(ListenerSocket socket, ListenerPolicy policy) {
    Http1Decoders now = socket.policy(policy);
    Set<ClientConnection> known = connections.get(policy.name());
    if (known != null) known.forEach(each -> each.policy(now));
  }

  /**
   * Accepts connections of {@code channel}, in the place of an earlier socket of that listener if
   * there is one.
   */
  public CompletableFuture<Boolean> listen(
      ServerSocketChannel channel, ConnectionLimits limits, ListenerPolicy policy) {
    return call(() -> {
      ListenerSocket socket = new ListenerSocket(this, channel, limits, policy);
      ListenerSocket before = sockets.put(policy.name(), socket);
      socket.open();
      if (before != null) before.close();
      return true;
    });
  }

  /** Takes no more connections on that listener; those there are end with their next response. */
  public CompletableFuture<Boolean> unlisten(String listener, ServerSocketChannel channel) {
    return call(() -> {
      ListenerSocket socket = sockets.get(listener);
      if (socket == null || !socket.isOn(channel))
        return true; // another socket has taken its place
      sockets.remove(listener);
      socket.close();
      Set<ClientConnection> known = connections.get(listener);
      if (known != null) new ArrayList<>(known).forEach(ClientConnection::drain);
      return true;
    });
  }

  ClientConnection add(
      String listener, Function<Runnable, ? extends ClientConnection> maker, Runnable onGone) {
    Set<ClientConnection> known = connections.computeIfAbsent(listener, l -> new HashSet<>());
    ClientConnection[] self = new ClientConnection[1];
    self[0] =
        maker.apply(() -> {
          known.remove(self[0]);
          onGone.run();
          tellIfIdle();
        });
    known.add(self[0]);
    if (isClosing) self[0].drain();
    return self[0];
  }

  /** Asks each client to come back elsewhere: responses from now on end their connections (O1). */
  public void announceEnd() {
    worker.execute(driver::drain);
  }

  /**
   * Closes all listeners and lets connections end with their next response (O1).
   *
   * @return done when the last exchange is over
   */
  public CompletableFuture<Boolean> drain() {
    CompletableFuture<Boolean> idle = new CompletableFuture<>();
    worker.execute(() -> {
      driver.drain();
      isClosing = true;
      sockets.values().forEach(ListenerSocket::close);
      sockets.clear();
      onIdle = () -> idle.complete(true);
      driver.onIdle(this::tellIfIdle);
      for (Set<ClientConnection> known : connections.values())
        new ArrayList<>(known).forEach(ClientConnection::drain);
      tellIfIdle();
    });
    return idle;
  }

  private void tellIfIdle() {
    Runnable listener = onIdle;
    if (listener == null || driver.live() > 0) return;
    for (Set<ClientConnection> known : connections.values()) {
      if (!known.isEmpty()) return;
    }
    onIdle = null;
    listener.run();
  }

  /** Cuts off whatever is left and ends the thread. */
  public void stop() {
    call(
            () -> {
              for (Set<ClientConnection> known : connections.values()) {
                new ArrayList<>(known).forEach(ClientConnection::abandon);
              }
              return true;
            })
        .join();
    // When that has had its effect; what the driver lets go of is let go when this returns.
    call(
            () -> {
              driver.close();
              return true;
            })
        .join();
    worker.stop();
  }

  /** Lets user code ask servers that no configuration lists. */
  CompletableFuture<Boolean> destinations(Destinations all) {
    return call(() -> {
      driver.destinations(all);
      return true;
    });
  }

  /** Exchanges of clients that are under way. */
  CompletableFuture<List<ExchangeView>> exchanges() {
    return call(() -> {
      List<ExchangeView> all = new ArrayList<>();
      long nowNs = worker.clock().nanoTime();
      for (Set<ClientConnection> known : connections.values()) {
        for (ClientConnection each : known) each.views(nowNs, all::add);
      }
      return all;
    });
  }

  /** Exchanges under way, as far as this moment's guess from another thread goes. */
  public CompletableFuture<Integer> live() {
    return call(driver::live);
  }
}
