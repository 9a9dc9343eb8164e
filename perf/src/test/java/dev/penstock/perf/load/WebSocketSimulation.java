package dev.penstock.perf.load;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.during;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.regex;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.ws;

import io.gatling.javaapi.core.PopulationBuilder;

/**
 * WebSockets through the gateway: each message comes back, while plain requests go on beside them.
 */
public final class WebSocketSimulation extends GatewaySimulation {
  public WebSocketSimulation() {
    run(sockets());
  }

  private static PopulationBuilder sockets() {
    return scenario("sockets")
        .exec(ws("connect").connect("/plain/ws"))
        .exec(
            during(Settings.seconds())
                .on(
                    Stopwatch.timed(
                        "echo",
                        exec(
                            ws("echo")
                                .sendText("hello")
                                .await(5)
                                .on(ws.checkTextMessage("same").check(regex("^hello$")))))))
        .exec(ws("close").close())
        .injectOpen(atOnceUsers(Settings.users()))
        .protocols(ownConnections());
  }
}
