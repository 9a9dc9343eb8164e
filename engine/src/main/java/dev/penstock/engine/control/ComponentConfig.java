package dev.penstock.engine.control;

/**
 * A filter or balancer as one place of the configuration asks for it.
 *
 * @param name of the factory that offers it
 * @param settings of that factory's {@code configType()}
 */
public record ComponentConfig(String name, Record settings) {}
