package dev.penstock.engine.spi;

import dev.penstock.engine.wire.WorkerThread;

/** What a filter may use of the worker it lives on. */
public interface FilterScope {
  WorkerThread worker();

  /** Requests of the filter's own, through the gateway's upstreams. */
  Subrequests subrequests();

  /** Id of the route the filter stands on. */
  String route();
}
