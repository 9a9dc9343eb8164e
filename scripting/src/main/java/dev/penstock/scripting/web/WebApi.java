package dev.penstock.scripting.web;

import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.Response;
import java.util.Map;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * The Web APIs of one context: puts them there, makes objects for the guest, takes its messages.
 *
 * <p>Worker-confined like its context. Methods that run code of the guest throw {@link
 * org.graalvm.polyglot.PolyglotException}.
 */
public final class WebApi {
  /** The only host access a context needs: annotated methods, and reading buffers that the host hands out. */
  public static final HostAccess HOST_ACCESS =
      HostAccess.newBuilder()
          .allowAccessAnnotatedBy(HostAccess.Export.class)
          .allowBufferAccess(true)
          .build();

  /** Options for the context; some count as experimental. */
  public static final Map<String, String> CONTEXT_OPTIONS =
      Map.of(
          // Gives the hook for unhandled rejections; `Graal` is removed before user code runs.
          "js.graal-builtin", "true",
          "js.unhandled-rejections", "handler",
          "js.load", "false",
          "js.print", "false",
          "js.console", "false",
          "js.polyglot-builtin", "false");

  private final Context context;
  private final Value lib;
  private final Value onTimer;
  private final Value newHeaders;
  private final Value newRequest;
  private final Value newResponse;
  private final Value isResponse;
  private final Value isRequest;
  private final Value takeResponse;
  private final Value takeBody;

  private WebApi(Context context, WebHost host, long maxBodyBytes) {
    this.context = context;
    lib = evaluate(WebSources.get("core")).execute(new WebBridge(this, host, maxBodyBytes));
    evaluate(WebSources.get("install")).executeVoid(lib);
    onTimer = lib.getMember("onTimer");
    newHeaders = lib.getMember("hostHeaders");
    newRequest = lib.getMember("hostRequest");
    newResponse = lib.getMember("hostResponse");
    isResponse = lib.getMember("isResponse");
    isRequest = lib.getMember("isRequest");
    takeResponse = lib.getMember("takeResponse");
    takeBody = lib.getMember("takeBody");
  }

  /**
   * Puts the Web APIs into {@code context}, before any code of users runs there.
   *
   * @param maxBodyBytes most that {@code text()}, {@code json()} and the like read of a body of the gateway (S8)
   */
  public static WebApi install(Context context, WebHost host, long maxBodyBytes) {
    return new WebApi(context, host, maxBodyBytes);
  }

  /** Evaluates an internal source, a function of {@code lib}, and calls it: for classes the runtime adds. */
  public Value use(Source source) {
    return evaluate(source).execute(lib);
  }

  Value evaluate(Source source) {
    return context.eval(source);
  }

  void fireTimer(int id) {
    onTimer.executeVoid(id);
  }

  /** A {@code Headers} of fields that the host keeps. */
  public Value headers(HeadersHost fields, Guard guard) {
    return newHeaders.execute(fields, guard.ordinal());
  }

  /** A {@code Request} of a message that the host keeps. */
  public Value request(RequestHost message, Guard guard) {
    return newRequest.execute(message, guard.ordinal());
  }

  /** A {@code Response} of a message that the host keeps. */
  public Value response(
      int status,
      String reason,
      HeadersHost fields,
      @Nullable HostBody body,
      String url,
      boolean redirected,
      Guard guard) {
    return newResponse.execute(status, reason, fields, body, url, redirected, guard.ordinal());
  }

  public boolean isResponse(Value value) {
    return isResponse.execute(value).asBoolean();
  }

  public boolean isRequest(Value value) {
    return isRequest.execute(value).asBoolean();
  }

  /**
   * The guest's response as one of the gateway; its body is used up by that (S1).
   *
   * @throws org.graalvm.polyglot.PolyglotException a TypeError, when it is no response or its body was used
   */
  public Response take(Value response) {
    ResponseTaker taker = new ResponseTaker();
    takeResponse.executeVoid(response, taker);
    return taker.response();
  }

  /** Takes the body of a guest's {@code Request} or {@code Response}; null when it has none. As {@link #take}. */
  public @Nullable BodySource takeBody(Value message) {
    ResponseTaker taker = new ResponseTaker();
    takeBody.executeVoid(message, taker);
    byte[] content = taker.content();
    return content != null ? new BytesBody(content) : taker.source();
  }

  /** An object with {@code fetch}, whose calls say {@code binding}. */
  public Value fetcher(Object binding) {
    return lib.getMember("fetcher").execute(binding);
  }
}
