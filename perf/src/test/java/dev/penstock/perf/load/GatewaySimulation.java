package dev.penstock.perf.load;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.during;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * What all suites share: where the gateway is, the two models of load, and that nothing may fail.
 */
abstract class GatewaySimulation extends Simulation {
  /** Each user keeps a connection of its own, as browsers do. */
  static HttpProtocolBuilder ownConnections() {
    return http.baseUrl("http://" + Settings.gateway()).wsBaseUrl("ws://" + Settings.gateway());
  }

  /** All users share a pool, as the clients of a service do. */
  static HttpProtocolBuilder sharedConnections() {
    return ownConnections().shareConnections();
  }

  /** A fixed number of users, each asking again as soon as it has its answer. */
  static PopulationBuilder closed(String name, ChainBuilder... requests) {
    return scenario(name)
        .exec(during(Settings.seconds()).on(exec(List.of(requests))))
        .injectOpen(atOnceUsers(Settings.users()))
        .protocols(ownConnections());
  }

  /** Requests come at their own rate, whether or not the gateway keeps up. */
  static PopulationBuilder open(String name, ChainBuilder... requests) {
    return scenario(name)
        .exec(List.of(requests))
        .injectOpen(
            constantUsersPerSec((double) Settings.rate() / requests.length)
                .during(Settings.seconds()))
        .protocols(sharedConnections());
  }

  /** Runs {@code parts} one after the other; not one request may fail. */
  final void run(PopulationBuilder first, PopulationBuilder... then) {
    PopulationBuilder all = first;
    for (PopulationBuilder next : then) all = all.andThen(next);
    setUp(all).assertions(global().failedRequests().count().is(0L));
  }

  @Override
  public void after() {
    try {
      Stopwatch.write(Settings.times());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
