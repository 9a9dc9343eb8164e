package dev.penstock.engine.plan;

import dev.penstock.engine.spi.FilterTemplate;

/**
 * A filter at its place on a route.
 *
 * @param name the kind, as the configuration names it
 * @param template makes the filter of each worker
 */
public record PlannedFilter(String name, FilterTemplate template) {}
