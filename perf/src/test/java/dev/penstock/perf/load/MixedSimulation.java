package dev.penstock.perf.load;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.percent;
import static io.gatling.javaapi.core.CoreDsl.randomSwitch;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;

/** What a day's API traffic looks like: mostly reads, some writes, some routes with a handler. */
public final class MixedSimulation extends GatewaySimulation {
  private static final String ITEM = "{\"name\":\"penstock\",\"size\":42}";

  public MixedSimulation() {
    run(closed("closed", traffic("")), open("open", traffic(", open")));
  }

  private static ChainBuilder traffic(String model) {
    return randomSwitch()
        .on(
            percent(55.0)
                .then(
                    Stopwatch.timed(
                        "read" + model,
                        exec(http("read" + model).get("/plain/items/7").check(status().is(200))))),
            percent(15.0).then(Requests.scripted("scripted" + model)),
            percent(10.0).then(Requests.filtered("filtered" + model)),
            percent(10.0)
                .then(
                    exec(
                        http("write" + model)
                            .put("/plain/items/7")
                            .body(StringBody(ITEM))
                            .check(status().is(200)))),
            percent(5.0)
                .then(
                    exec(http("delete" + model).delete("/plain/items/7").check(status().is(204)))),
            percent(5.0)
                .then(exec(http("missing" + model).get("/nowhere").check(status().is(404)))));
  }
}
