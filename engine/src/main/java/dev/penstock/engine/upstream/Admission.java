package dev.penstock.engine.upstream;

/** What an upstream answers to a request that wants in. */
public enum Admission {
  /** Go on; {@link UpstreamWorker#leave} later, whatever happens. */
  ADMITTED,
  /** Wait; the {@link Waiter} is told. */
  QUEUED,
  /** Too much is under way and waiting already. */
  REFUSED
}
