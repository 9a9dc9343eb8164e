package dev.penstock.plugins.auth;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.ConfigException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A server that decides. */
@Doc(
    "Asks a server whether a request may pass: 2xx lets it pass, everything else is the client's answer. When the server"
        + " does not answer in time, or with 5xx, nobody passes.")
public record ExternalAuthConfig(
    @Doc("The upstream that is asked; its pools, health checks and retries apply.") String upstream,
    @Doc("Its path; a template, such as \"/auth{path}\".") @Default("/") String path,
    @Doc("The method; a request's body is not sent along.") @Default("GET") String method,
    @Doc("Longest time until it answers.") @Default("200ms") @Range("1ms..30s") Duration timeout,
    @Doc(
            "Fields of the request that it sees, beside X-Forwarded-Method, -Proto, -Host, -Uri and -For.")
        @Default("[ authorization, cookie ]")
        List<String> send,
    @Doc("Fields that it sees in addition; values are templates.") @Default("{}")
        Map<String, String> add,
    @Doc("Fields of its answer that the upstream gets; a client's own are taken out.")
        @Default("[]")
        List<String> toUpstream,
    @Doc("Fields of its answer that the client gets when the request passes: set-cookie.")
        @Default("[]")
        List<String> toClient,
    @Doc("Fields of its answer that the client gets when the request does not pass.")
        @Default("[ www-authenticate, location, set-cookie, content-type, cache-control ]")
        List<String> refusal,
    @Doc("The field of its answer that says who it is.") @Nullable String identityField,
    @Doc("The field of its answer that says groups, with commas between them.")
        @Nullable String groupsField,
    @Doc("What happens when it cannot be asked: deny (403), unavailable (503), or allow.")
        @Default("unavailable")
        Failure onFailure,
    @Doc(
            "How long an answer that lets pass is used again for the same cache-key; 0s asks each time.")
        @Default("0s")
        @Range("0s..1h")
        Duration cacheFor,
    @Doc("By what answers are told apart: a template that holds all that they depend on.")
        @Default("{method} {authority}{uri} {client-ip} {header.authorization} {header.cookie}")
        String cacheKey) {

  /** What happens when the server cannot be asked. */
  public enum Failure {
    DENY,
    UNAVAILABLE,
    ALLOW
  }

  public ExternalAuthConfig {
    send = lower(send);
    toUpstream = lower(toUpstream);
    toClient = lower(toClient);
    refusal = lower(refusal);
    add = Map.copyOf(add);
    if (!Ascii.isToken(method)) throw new ConfigException("\"" + method + "\" is no method");
    if (!path.startsWith("/")) throw new ConfigException("\"path\" starts with \"/\"");
  }

  /** What frames messages or belongs to connections is not for an answer to change. */
  private static final Set<String> FRAMING =
      Set.of(
          "content-length", "transfer-encoding", "connection", "host", "upgrade", "te", "trailer");

  private static List<String> lower(List<String> names) {
    for (String name : names) {
      if (!Ascii.isToken(name)) throw new ConfigException("\"" + name + "\" is no name of a field");
      if (FRAMING.contains(name.toLowerCase(Locale.ROOT)))
        throw new ConfigException(
            "\"" + name + "\" belongs to the connection; it is not passed on");
    }
    return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
  }
}
