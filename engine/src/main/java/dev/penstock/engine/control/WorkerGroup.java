package dev.penstock.engine.control;

import dev.penstock.engine.plan.ListenerPolicy;
import dev.penstock.engine.plan.Snapshot;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;

/**
 * The workers as the control plane sees them: many that change as one. From any thread but theirs.
 */
public interface WorkerGroup {
  int size();

  /**
   * Makes the filters of {@code snapshot} on every worker, beside the running ones.
   *
   * @param onClosed told once, when the last exchange of the snapshot is over on all workers, or
   *     when it was discarded
   * @return fails with what the first filter threw; nothing is left then
   */
  CompletableFuture<Prepared> prepare(Snapshot snapshot, Runnable onClosed);

  /** A snapshot that all workers could serve by. */
  interface Prepared {
    /** All workers serve by it from their next request on. */
    CompletableFuture<Void> adopt();

    /** It will not be used. */
    CompletableFuture<Void> discard();
  }

  /**
   * Binds an address for a listener; nothing is accepted before {@link Bound#open}.
   *
   * @throws IOException when the address cannot be had
   */
  Bound bind(String listener, BindAddress address) throws IOException;

  /** An address that is ours. */
  interface Bound {
    InetSocketAddress address();

    /** Accepts connections on every worker. */
    CompletableFuture<Void> open(ListenerPolicy policy);

    /** Gives the address back without ever having opened it. */
    void release();

    /** Accepts no more; connections that are there end with their next response. */
    CompletableFuture<Void> close();
  }
}
