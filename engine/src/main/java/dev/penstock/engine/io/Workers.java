package dev.penstock.engine.io;

import dev.penstock.engine.control.BindAddress;
import dev.penstock.engine.control.WorkerGroup;
import dev.penstock.engine.observe.AccessLog;
import dev.penstock.engine.observe.ExchangeView;
import dev.penstock.engine.observe.LoopWatchdog;
import dev.penstock.engine.observe.Metrics;
import dev.penstock.engine.plan.ListenerPolicy;
import dev.penstock.engine.plan.Snapshot;
import dev.penstock.engine.plan.WorkerPlan;
import dev.penstock.engine.upstream.Destinations;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** All workers of a gateway, which change as one. Thread-safe, except on the workers themselves. */
public final class Workers implements WorkerGroup {
  private static final int BACKLOG = 4096;

  private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

  private final List<ServingWorker> workers = new ArrayList<>();

  /** Let go of what snapshots used; they leave when they have done so. */
  private final Set<Thread> closing = ConcurrentHashMap.newKeySet();

  /** Starts {@code count} workers; they serve nothing yet. */
  public Workers(int count, Metrics metrics, AccessLog log, LoopWatchdog watchdog, long seed) {
    long bufferBytes = DirectMemory.DEFAULT_MAX / 2 / count;
    for (int i = 0; i < count; i++)
      workers.add(new ServingWorker(i, bufferBytes, metrics, log, watchdog, seed));
    // To ask the JVM takes some time at its start, which nobody should wait for.
    Thread.ofVirtual().name("direct-memory").start(this::limitBuffers);
  }

  /** Half of the memory for buffers; the rest is for read buffers, caches and what is unused. */
  private void limitBuffers() {
    long bufferBytes = DirectMemory.maxBytes() / 2 / workers.size();
    for (ServingWorker each : workers)
      each.worker().execute(() -> each.worker().chunks().limit(bufferBytes));
  }

  @Override
  public int size() {
    return workers.size();
  }

  @Override
  public CompletableFuture<Prepared> prepare(Snapshot snapshot, Runnable onClosed) {
    AtomicInteger open = new AtomicInteger(workers.size());
    // Workers tell on their own threads; what a template closes may block.
    Runnable closedOne =
        () -> {
          if (open.decrementAndGet() > 0) return;
          close(onClosed);
        };
    List<CompletableFuture<WorkerPlan>> plans = new ArrayList<>();
    for (ServingWorker worker : workers) plans.add(worker.prepare(snapshot, closedOne));
    return all(plans)
        .handle((done, failure) -> {
          if (failure == null) return new PreparedPlans(plans);
          var _ = discard(plans, closedOne);
          throw new java.util.concurrent.CompletionException(rootOf(failure));
        });
  }

  private static Throwable rootOf(Throwable failure) {
    return failure instanceof java.util.concurrent.CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private CompletableFuture<Void> discard(
      List<CompletableFuture<WorkerPlan>> plans, Runnable closedOne) {
    List<CompletableFuture<Boolean>> steps = new ArrayList<>();
    for (int i = 0; i < plans.size(); i++) {
      CompletableFuture<WorkerPlan> plan = plans.get(i);
      if (plan.isCompletedExceptionally()) {
        closedOne.run();
        continue;
      }
      WorkerPlan made = plan.join();
      steps.add(
          workers
              .get(i)
              .call(() -> {
                made.retire();
                return true;
              }));
    }
    return all(steps);
  }

  private final class PreparedPlans implements Prepared {
    private final List<CompletableFuture<WorkerPlan>> plans;

    PreparedPlans(List<CompletableFuture<WorkerPlan>> plans) {
      this.plans = plans;
    }

    @Override
    public CompletableFuture<Void> adopt() {
      List<CompletableFuture<Boolean>> steps = new ArrayList<>();
      for (int i = 0; i < plans.size(); i++) steps.add(workers.get(i).adopt(plans.get(i).join()));
      return all(steps);
    }

    @Override
    public CompletableFuture<Void> discard() {
      return Workers.this.discard(plans, () -> {});
    }
  }

  // ---- addresses

  @Override
  public Bound bind(String listener, BindAddress address) throws IOException {
    InetSocketAddress wanted = address.socketAddress();
    // SO_REUSEPORT lets each worker have a socket of its own, and would let a second gateway share
    // the address
    // unnoticed: one exclusive try first shows whether it is free.
    if (wanted.getPort() != 0) probe(wanted);
    List<ServerSocketChannel> channels = new ArrayList<>();
    try {
      for (int i = 0; i < workers.size(); i++) {
        ServerSocketChannel channel = open(wanted);
        channels.add(channel);
        wanted = (InetSocketAddress) channel.getLocalAddress();
      }
    } catch (IOException e) {
      closeAll(channels);
      throw e;
    }
    return new BoundSockets(listener, wanted, channels);
  }

  private static void probe(InetSocketAddress wanted) throws IOException {
    try (ServerSocketChannel channel = ServerSocketChannel.open()) {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(wanted);
    } catch (BindException e) {
      throw new BindException(e.getMessage() == null ? "the address is in use" : e.getMessage());
    }
  }

  private ServerSocketChannel open(InetSocketAddress wanted) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      if (workers.size() > 1) channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      channel.bind(wanted, BACKLOG);
      return channel;
    } catch (IOException | UnsupportedOperationException e) {
      channel.close();
      throw e;
    }
  }

  private static void closeAll(List<ServerSocketChannel> channels) {
    for (ServerSocketChannel channel : channels) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  private final class BoundSockets implements Bound {
    private final String listener;
    private final InetSocketAddress address;
    private final List<ServerSocketChannel> channels;
    private final ConnectionLimits limits = new ConnectionLimits();

    BoundSockets(String listener, InetSocketAddress address, List<ServerSocketChannel> channels) {
      this.listener = listener;
      this.address = address;
      this.channels = channels;
    }

    @Override
    public InetSocketAddress address() {
      return address;
    }

    @Override
    public CompletableFuture<Void> open(ListenerPolicy policy) {
      List<CompletableFuture<Boolean>> steps = new ArrayList<>();
      for (int i = 0; i < channels.size(); i++)
        steps.add(workers.get(i).listen(channels.get(i), limits, policy));
      return all(steps);
    }

    @Override
    public void release() {
      closeAll(channels);
    }

    @Override
    public CompletableFuture<Void> close() {
      List<CompletableFuture<Boolean>> steps = new ArrayList<>();
      for (int i = 0; i < channels.size(); i++)
        steps.add(workers.get(i).unlisten(listener, channels.get(i)));
      return all(steps);
    }
  }

  /** Lets user code ask servers that no configuration lists. */
  public void destinations(Destinations all) {
    for (ServingWorker worker : workers) worker.destinations(all).join();
  }

  /** Exchanges of clients that are under way on all workers. */
  public CompletableFuture<List<ExchangeView>> exchanges() {
    List<CompletableFuture<List<ExchangeView>>> parts =
        workers.stream().map(ServingWorker::exchanges).toList();
    return all(parts)
        .thenApply(done -> parts.stream().flatMap(part -> part.join().stream()).toList());
  }

  // ---- the end

  /** Responses end their connections from now on; new ones are still accepted. */
  public void announceEnd() {
    workers.forEach(ServingWorker::announceEnd);
  }

  /**
   * Accepts no more and lets exchanges end; done when the last has, or after {@code graceMillis}.
   */
  public boolean drain(long graceMillis) {
    List<CompletableFuture<Boolean>> idle = new ArrayList<>();
    for (ServingWorker worker : workers) idle.add(worker.drain());
    try {
      all(idle).get(graceMillis, TimeUnit.MILLISECONDS);
      return true;
    } catch (java.util.concurrent.TimeoutException e) {
      return false;
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Cuts off whatever is left and ends the threads. What the last snapshots used has been let go of
   * when this returns, unless an extension takes too long for it.
   */
  public void stop() {
    workers.forEach(ServingWorker::stop);
    try {
      for (Thread each : closing) each.join(CLOSE_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void close(Runnable onClosed) {
    Runnable work =
        () -> {
          try {
            onClosed.run();
          } finally {
            closing.remove(Thread.currentThread());
          }
        };
    Thread closer = Thread.ofVirtual().name("snapshot-close").unstarted(work);
    closing.add(closer);
    closer.start();
  }

  private static <T> CompletableFuture<Void> all(List<CompletableFuture<T>> steps) {
    return CompletableFuture.allOf(steps.toArray(CompletableFuture[]::new));
  }
}
