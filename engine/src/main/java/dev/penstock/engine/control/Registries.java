package dev.penstock.engine.control;

import dev.penstock.engine.observe.OfferMetrics;
import dev.penstock.engine.observe.OfferMetrics.Tally;
import dev.penstock.engine.spi.BalancerFactory;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.Offer;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.ScriptBinding;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the extensions offer, by name.
 *
 * <p>Filled by one thread, then read by any.
 */
public final class Registries implements Extension.Registry {
  private final SortedMap<String, FilterFactory<?>> filters = new TreeMap<>();
  private final SortedMap<String, BalancerFactory<?>> balancers = new TreeMap<>();
  private final Map<Class<?>, SortedMap<String, Offer<?, ?>>> offers = new HashMap<>();
  private final OfferMetrics metrics;
  private @Nullable PluginSet plugins;

  public Registries() {
    this(new OfferMetrics());
  }

  private Registries(OfferMetrics metrics) {
    this.metrics = metrics;
  }

  /** What all of {@code extensions} offer. */
  public static Registries of(Iterable<? extends Extension> extensions) {
    Registries registries = new Registries();
    for (Extension extension : extensions) extension.register(registries);
    return registries;
  }

  /**
   * These, and what {@code plugins} offer.
   *
   * @throws ConfigException when two offer the same name
   */
  public Registries with(PluginSet set) {
    Registries all = new Registries(metrics);
    all.filters.putAll(filters);
    all.balancers.putAll(balancers);
    offers.forEach((kind, byName) -> all.offers.put(kind, new TreeMap<>(byName)));
    all.plugins = set;
    set.offer(all);
    return all;
  }

  /** How what they offer does, besides filters; goes on {@link #with} other plugins. */
  public OfferMetrics metrics() {
    return metrics;
  }

  /** The plugins among them, in the order of their ids. */
  public List<PluginView> plugins() {
    PluginSet set = plugins;
    return set == null ? List.of() : set.plugins();
  }

  /**
   * Keeps the plugins loaded until the result is closed.
   *
   * @throws ConfigException when they were replaced in the meantime
   */
  AutoCloseable hold() {
    PluginSet set = plugins;
    if (set == null) return () -> {};
    if (!set.retain())
      throw new ConfigException("the plugins were changed while this was read; try again");
    return set::release;
  }

  /**
   * @throws ConfigException when the name is taken
   */
  @Override
  public void filter(FilterFactory<?> factory) {
    FilterFactory<?> before = filters.putIfAbsent(factory.name(), factory);
    if (before != null) throw taken("filter", factory.name(), before, factory);
  }

  /**
   * @throws ConfigException when the name is taken
   */
  @Override
  public void balancer(BalancerFactory<?> factory) {
    BalancerFactory<?> before = balancers.putIfAbsent(factory.name(), factory);
    if (before != null) throw taken("balancer", factory.name(), before, factory);
  }

  /**
   * @throws ConfigException when the name is taken
   */
  @Override
  public void offer(Offer<?, ?> offer) {
    Offer<?, ?> before =
        offers
            .computeIfAbsent(offer.kind(), kind -> new TreeMap<>())
            .putIfAbsent(offer.name(), offer);
    if (before != null)
      throw new ConfigException(
          "two extensions offer %s named %s; remove one of them"
              .formatted(Names.one(kind(offer.kind())), Names.quote(offer.name())));
  }

  public @Nullable FilterFactory<?> findFilter(String name) {
    return filters.get(name);
  }

  public @Nullable BalancerFactory<?> findBalancer(String name) {
    return balancers.get(name);
  }

  /** In the order of names. */
  public Collection<FilterFactory<?>> filters() {
    return Collections.unmodifiableCollection(filters.values());
  }

  /** In the order of names. */
  public Collection<BalancerFactory<?>> balancers() {
    return Collections.unmodifiableCollection(balancers.values());
  }

  /**
   * Decodes a free-form {@code balancer:} of an upstream: its name, or one name with settings.
   *
   * @throws ConfigException when it is unknown or its settings are wrong
   */
  public ComponentConfig balancer(Object free) {
    return chosen(BalancerFactory.class, free);
  }

  /**
   * Decodes what a free-form component names: a name, or one name with settings.
   *
   * @throws ConfigException when it is unknown or its settings are wrong
   */
  ComponentConfig chosen(Class<?> kind, Object free) {
    return RecordDecoder.decodeOffered(free, kind, this);
  }

  /** Those of one kind, in the order of names. */
  public Collection<Offer<?, ?>> offers(Class<?> kind) {
    return Collections.unmodifiableCollection(byName(kind).values());
  }

  /**
   * Makes what {@code chosen} names.
   *
   * @throws ConfigException when it cannot work
   */
  <T extends AutoCloseable> T make(Class<T> kind, ComponentConfig chosen, PrepareScope scope) {
    Offer<?, ?> offer = byName(kind).get(chosen.name());
    if (offer == null)
      throw new ConfigException("there is no " + kind(kind) + " " + Names.quote(chosen.name()));
    return kind.cast(prepare(offer, chosen.settings(), scope));
  }

  /**
   * Makes what {@code chosen} names, a {@link ComponentConfig} or one that is free-form, and counts
   * what it does.
   *
   * @throws ConfigException when it cannot work
   */
  public <T extends AutoCloseable> T offered(Class<T> kind, Object chosen, PrepareScope scope) {
    ComponentConfig config =
        chosen instanceof ComponentConfig decoded ? decoded : chosen(kind, chosen);
    T made = make(kind, config, scope);
    Tally tally = metrics.of(kind(kind), config.name());
    return made instanceof ScriptBinding binding
        ? kind.cast(new CountedBinding(binding, tally))
        : made;
  }

  @SuppressWarnings("unchecked") // the decoder made the settings of the offer's own type
  private static <C extends Record> Object prepare(
      Offer<C, ?> offer, Record settings, PrepareScope scope) {
    return offer.prepare((C) settings, scope);
  }

  private SortedMap<String, Offer<?, ?>> byName(Class<?> kind) {
    return offers.getOrDefault(kind, Collections.emptySortedMap());
  }

  /** What kind of thing {@code factory} makes, for messages. */
  public static String kind(Class<?> factory) {
    if (factory == FilterFactory.class) return "filter";
    if (factory == BalancerFactory.class) return "balancer";
    return Names.lowerDash(factory.getSimpleName()).replace('-', ' ');
  }

  Set<String> names(Class<?> factory) {
    if (factory == FilterFactory.class) return Collections.unmodifiableSet(filters.keySet());
    if (factory == BalancerFactory.class) return Collections.unmodifiableSet(balancers.keySet());
    return Collections.unmodifiableSet(byName(factory).keySet());
  }

  @Nullable Class<? extends Record> configType(Class<?> factory, String name) {
    if (factory == FilterFactory.class) {
      FilterFactory<?> filter = filters.get(name);
      return filter == null ? null : filter.configType();
    }
    if (factory == BalancerFactory.class) {
      BalancerFactory<?> balancer = balancers.get(name);
      return balancer == null ? null : balancer.configType();
    }
    Offer<?, ?> offer = byName(factory).get(name);
    return offer == null ? null : offer.configType();
  }

  private static ConfigException taken(String kind, String name, Object before, Object now) {
    return new ConfigException(
        "two extensions offer a %s named %s: %s and %s; remove one of them"
            .formatted(
                kind, Names.quote(name), before.getClass().getName(), now.getClass().getName()));
  }
}
