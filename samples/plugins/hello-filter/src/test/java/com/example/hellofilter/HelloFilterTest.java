package com.example.hellofilter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.engine.boot.Gateway;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HelloFilterTest {
  @TempDir Path folder;

  @Test
  void everyResponseCarriesTheGreeting() throws Exception {
    String yaml =
        """
        listeners: { web: { bind: "127.0.0.1:0" } }
        access-log: { to: off }
        routes: { all: { filters: [ { hello-filter: { greeting: hi } } ], respond: 200 } }
        """;
    try (Gateway gateway = Gateway.start(yaml, folder, List.of(new HelloFilter()));
        HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + gateway.address("web").getPort() + "/");
      HttpResponse<String> response =
          client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
      assertEquals("hi", response.headers().firstValue("X-Greeting").orElse("none"));
    }
  }
}
