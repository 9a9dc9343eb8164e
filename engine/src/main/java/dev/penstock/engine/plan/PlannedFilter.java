package dev.penstock.engine.plan;

import dev.penstock.engine.spi.FilterTemplate;

/**
 * A filter at its place on a route.
 *
 * @param name the kind, as the configuration names it
 * @param template makes the filter of each worker
 * @param guard shared by all filters of the kind
 */
public record PlannedFilter(String name, FilterTemplate template, FilterGuard guard) {}
