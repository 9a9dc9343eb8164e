package dev.penstock.perf.load;

import static io.gatling.javaapi.core.CoreDsl.ByteArrayBody;
import static io.gatling.javaapi.core.CoreDsl.bodyLength;
import static io.gatling.javaapi.core.CoreDsl.bodyString;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;

/** Bodies down and up, small to large; every byte is counted at its other end. */
public final class TransferSimulation extends GatewaySimulation {
  private static final int KIB = 1024;

  public TransferSimulation() {
    run(
        closed("down", download("10 KiB down", 10 * KIB), download("1 MiB down", KIB * KIB)),
        closed("up", upload("10 KiB up", 10 * KIB), upload("1 MiB up", KIB * KIB)));
  }

  private static ChainBuilder download(String name, int bytes) {
    return Stopwatch.timed(
        name,
        exec(
            http(name)
                .get("/plain/bytes/" + bytes)
                .check(status().is(200), bodyLength().is(bytes))));
  }

  private static ChainBuilder upload(String name, int bytes) {
    return Stopwatch.timed(
        name,
        exec(
            http(name)
                .post("/plain/sink")
                .body(ByteArrayBody(new byte[bytes]))
                .check(status().is(200), bodyString().is(Integer.toString(bytes)))));
  }
}
