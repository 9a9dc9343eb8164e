package dev.penstock.engine.cache;

/**
 * The cache that a route uses, and how.
 *
 * @param store shared with other routes, and outlives a snapshot
 */
public record RouteCache(CachePolicy policy, ResponseCache store) {}
