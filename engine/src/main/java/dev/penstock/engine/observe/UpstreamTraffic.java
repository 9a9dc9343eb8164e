package dev.penstock.engine.observe;

/**
 * What was counted of an upstream, over all workers; a moment's.
 *
 * @param retries further attempts
 * @param rejected no place in its queue was free
 */
public record UpstreamTraffic(long requests, long retries, long rejected) {}
