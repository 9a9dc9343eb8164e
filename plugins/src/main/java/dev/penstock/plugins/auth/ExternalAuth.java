package dev.penstock.plugins.auth;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.spi.BodySink;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.Identity;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.spi.Rewrites;
import dev.penstock.engine.spi.Subrequests;
import dev.penstock.engine.spi.Verdict;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One worker's {@code external-auth}; remembers what let pass, in a table of fixed size. */
final class ExternalAuth implements Filter {
  /** What is asked. Thread-safe. */
  record Question(
      ExternalAuthConfig config,
      Rewrites.Text path,
      Rewrites.Text cacheKey,
      Rewrites.HeaderEdits add) {}

  /** A field of the server's answer. */
  private record Field(String name, String value) {}

  /** An answer that lets pass. */
  private record Pass(List<Field> toUpstream, List<Field> toClient, @Nullable Identity identity) {}

  private record Kept(String key, Pass pass, long untilNs) {}

  private static final int KEPT = 1024;
  private static final int MAX_BODY = 64 * 1024;

  private final Question question;
  private final ExternalAuthConfig config;
  private final FilterScope scope;
  private final long cacheForNs;
  private final @Nullable Kept[] kept = new Kept[KEPT];
  private final Exchange.Attribute<Pass> passOf = new Exchange.Attribute<>("external-auth");

  ExternalAuth(Question question, FilterScope scope) {
    this.question = question;
    this.scope = scope;
    config = question.config();
    cacheForNs = config.cacheFor().toNanos();
  }

  @Override
  public Verdict onRequest(Exchange exchange) {
    String key = cacheForNs > 0 ? question.cacheKey().render(exchange) : "";
    if (cacheForNs > 0) {
      Kept known = kept[place(key)];
      if (known != null && known.key().equals(key) && known.untilNs() - scope.nowNs() > 0)
        return pass(exchange, known.pass());
    }
    HeaderMap fields = ask(exchange);
    Exchange.Suspension suspension = exchange.suspend();
    Subrequests.Spec spec =
        new Subrequests.Spec(
            config.upstream(),
            config.method(),
            question.path().render(exchange),
            null,
            fields,
            null,
            0,
            config.timeout());
    Runnable cancel = scope.subrequests().send(spec, new Answer(exchange, suspension, key));
    exchange.onClientGone(cancel);
    return Verdict.SUSPEND;
  }

  private HeaderMap ask(Exchange exchange) {
    RequestHead head = exchange.request();
    HeaderMap fields = new HeaderMap();
    for (String name : config.send()) {
      for (String value : head.headers().all(name)) fields.add(name, value);
    }
    String query = head.query();
    fields.add("X-Forwarded-Method", head.method());
    fields.add("X-Forwarded-Proto", exchange.scheme());
    fields.add("X-Forwarded-Host", head.authority().toString());
    fields.add("X-Forwarded-Uri", query == null ? head.path() : head.path() + '?' + query);
    fields.set("X-Forwarded-For", exchange.clientAddress().getHostAddress());
    question.add().apply(fields, exchange);
    return fields;
  }

  private Verdict pass(Exchange exchange, Pass pass) {
    HeaderMap headers = exchange.request().headers();
    // H10: what the server says of a client, the client may not say itself.
    for (String name : config.toUpstream()) headers.remove(name);
    for (Field field : pass.toUpstream()) headers.add(field.name(), field.value());
    if (pass.identity() != null) exchange.identity(pass.identity());
    if (!pass.toClient().isEmpty()) exchange.attribute(passOf, pass);
    return Verdict.NEXT;
  }

  @Override
  public Verdict onResponse(Exchange exchange) {
    Pass pass = exchange.attribute(passOf);
    if (pass == null) return Verdict.NEXT;
    for (Field field : pass.toClient())
      exchange.response().headers().add(field.name(), field.value());
    return Verdict.NEXT;
  }

  private static int place(String key) {
    return (key.hashCode() * 0x9E3779B9) >>> 22;
  }

  private static List<Field> fields(HeaderMap headers, List<String> names) {
    List<Field> fields = new ArrayList<>();
    for (String name : names) {
      for (String value : headers.all(name)) fields.add(new Field(name, value));
    }
    return fields;
  }

  private @Nullable Identity identity(HeaderMap headers) {
    if (config.identityField() == null) return null;
    String subject = headers.get(config.identityField());
    if (subject == null || subject.isBlank()) return null;
    String said = config.groupsField() == null ? null : headers.joined(config.groupsField());
    List<String> groups = new ArrayList<>();
    if (said != null) {
      for (String group : said.split(",")) {
        if (!group.isBlank()) groups.add(group.strip());
      }
    }
    return new Identity(subject, "external", groups, Map.of());
  }

  private Verdict failure(Exchange exchange, String why) {
    return switch (config.onFailure()) {
      case DENY -> Verdict.reject(ProxyError.of(ProxyError.Kind.DENIED, "external-auth: " + why));
      case UNAVAILABLE ->
          Verdict.reject(ProxyError.of(ProxyError.Kind.OVERLOADED, "external-auth: " + why));
      case ALLOW -> {
        exchange.vars().put("external-auth.failed", why);
        yield pass(exchange, new Pass(List.of(), List.of(), null));
      }
    };
  }

  /** Takes the server's answer. */
  private final class Answer implements Subrequests.Callback {
    private final Exchange exchange;
    private final Exchange.Suspension suspension;
    private final String key;

    Answer(Exchange exchange, Exchange.Suspension suspension, String key) {
      this.exchange = exchange;
      this.suspension = suspension;
      this.key = key;
    }

    @Override
    public void onResponse(ResponseHead head, BodySource body) {
      if (!suspension.isWaiting()) {
        body.cancel();
      } else if (head.status() >= 500 || head.status() < 200) {
        body.cancel();
        suspension.resume(failure(exchange, "the server answered " + head.status()));
      } else if (head.status() < 300) {
        body.start(new Rest());
        Pass pass = read(head.headers());
        if (cacheForNs > 0) kept[place(key)] = new Kept(key, pass, scope.nowNs() + cacheForNs);
        suspension.resume(pass(exchange, pass));
      } else {
        Response refusal = new Response(head.status());
        for (Field field : fields(head.headers(), config.refusal()))
          refusal.head().headers().add(field.name(), field.value());
        if (!refusal.head().headers().contains(HeaderName.CACHE_CONTROL))
          refusal.head().headers().set(HeaderName.CACHE_CONTROL, "no-store");
        body.start(new Refusal(suspension, refusal, body));
      }
    }

    private Pass read(HeaderMap headers) {
      return new Pass(
          fields(headers, config.toUpstream()),
          fields(headers, config.toClient()),
          identity(headers));
    }

    @Override
    public void onFailure(ProxyError error) {
      if (suspension.isWaiting())
        suspension.resume(failure(exchange, error.kind() + " " + error.detail()));
    }
  }

  /** Lets a body that nobody wants pass, so that its connection can be used again. */
  private static final class Rest implements BodySink {
    @Override
    public boolean write(ByteBuffer part) {
      part.position(part.limit());
      return true;
    }

    @Override
    public void end(@Nullable HeaderMap trailers) {}

    @Override
    public void fail(ProxyError error) {}
  }

  /** Collects the answer that the client gets; what is too long is left out. */
  private static final class Refusal implements BodySink {
    private final Exchange.Suspension suspension;
    private final Response refusal;
    private final BodySource source;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean isOver;

    Refusal(Exchange.Suspension suspension, Response refusal, BodySource source) {
      this.suspension = suspension;
      this.refusal = refusal;
      this.source = source;
    }

    @Override
    public boolean write(ByteBuffer part) {
      if (isOver) return false;
      if (bytes.size() + part.remaining() > MAX_BODY) {
        source.cancel();
        answer(new byte[0]);
        return false;
      }
      byte[] copy = new byte[part.remaining()];
      part.get(copy);
      bytes.writeBytes(copy);
      return true;
    }

    @Override
    public void end(@Nullable HeaderMap trailers) {
      answer(bytes.toByteArray());
    }

    @Override
    public void fail(ProxyError error) {
      answer(new byte[0]);
    }

    private void answer(byte[] body) {
      if (isOver) return;
      isOver = true;
      refusal.body(body);
      ProxyError.Kind kind =
          refusal.head().status() == 401 ? ProxyError.Kind.UNAUTHENTICATED : ProxyError.Kind.DENIED;
      suspension.resume(
          Verdict.reject(ProxyError.of(kind, "external-auth: the server refuses"), refusal));
    }
  }
}
