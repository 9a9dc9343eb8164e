package dev.penstock.scripting.web;

import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.Response;
import java.util.Map;
import java.util.Set;
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
  /**
   * The only host access a context needs: annotated methods, and reading buffers that the host
   * hands out.
   */
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
  private final Value load;
  private @Nullable Value newHeaders;
  private @Nullable Value newRequest;
  private @Nullable Value newResponse;
  private @Nullable Value isResponse;
  private @Nullable Value isRequest;
  private @Nullable Value takeResponse;
  private @Nullable Value takeBody;

  private WebApi(Context context, WebHost host, long maxBodyBytes) {
    this.context = context;
    lib = evaluate(WebSources.get("core")).execute(new WebBridge(this, host, maxBodyBytes));
    evaluate(WebSources.get("install")).executeVoid(lib);
    onTimer = lib.getMember("onTimer");
    load = lib.getMember("load");
  }

  /** A function of a file that is evaluated first, if need be. */
  private Value function(String file, String name) {
    load.executeVoid(file);
    return lib.getMember(name);
  }

  /**
   * Puts the Web APIs into {@code context}, before any code of users runs there.
   *
   * @param maxBodyBytes most that {@code text()}, {@code json()} and the like read of a body of the
   *     gateway (S8)
   */
  public static WebApi install(Context context, WebHost host, long maxBodyBytes) {
    return new WebApi(context, host, maxBodyBytes);
  }

  /**
   * Evaluates an internal source, a function of {@code lib}, and calls it: for classes the runtime
   * adds.
   */
  public Value use(Source source) {
    return evaluate(source).execute(lib);
  }

  /**
   * Evaluates what would be evaluated on first use: off the traffic path, before a context takes
   * requests. Globals are plain properties from then on, as the standards have them.
   */
  public void loadAll() {
    lib.getMember("loadAll").executeVoid();
  }

  /**
   * Evaluates now what the first use of one of these globals would: off the traffic path, before a
   * context takes requests.
   */
  public void loadNamed(Set<String> words) {
    for (String name : lib.getMember("lazyGlobals").execute().asString().split(" ")) {
      if (words.contains(name)) lib.getMember(name);
    }
  }

  Value evaluate(Source source) {
    return context.eval(source);
  }

  void fireTimer(int id) {
    onTimer.executeVoid(id);
  }

  /** A {@code Headers} of fields that the host keeps. */
  public Value headers(HeadersHost fields, Guard guard) {
    Value make = newHeaders;
    if (make == null) newHeaders = make = function("headers", "hostHeaders");
    return make.execute(fields, guard.ordinal());
  }

  /** A {@code Request} of a message that the host keeps. */
  public Value request(RequestHost message, Guard guard) {
    Value make = newRequest;
    if (make == null) newRequest = make = function("fetch", "hostRequest");
    return make.execute(message, guard.ordinal());
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
    Value make = newResponse;
    if (make == null) newResponse = make = function("fetch", "hostResponse");
    return make.execute(status, reason, fields, body, url, redirected, guard.ordinal());
  }

  public boolean isResponse(Value value) {
    Value make = isResponse;
    if (make == null) isResponse = make = function("fetch", "isResponse");
    return make.execute(value).asBoolean();
  }

  public boolean isRequest(Value value) {
    Value make = isRequest;
    if (make == null) isRequest = make = function("fetch", "isRequest");
    return make.execute(value).asBoolean();
  }

  /**
   * The guest's response as one of the gateway; its body is used up by that (S1).
   *
   * @throws org.graalvm.polyglot.PolyglotException a TypeError, when it is no response or its body
   *     was used
   */
  public Response take(Value response) {
    ResponseTaker taker = new ResponseTaker();
    Value take = takeResponse;
    if (take == null) takeResponse = take = function("fetch", "takeResponse");
    take.executeVoid(response, taker);
    return taker.response();
  }

  /**
   * Takes the body of a guest's {@code Request} or {@code Response}; null when it has none. As
   * {@link #take}.
   */
  public @Nullable BodySource takeBody(Value message) {
    ResponseTaker taker = new ResponseTaker();
    Value take = takeBody;
    if (take == null) takeBody = take = function("fetch", "takeBody");
    take.executeVoid(message, taker);
    byte[] content = taker.content();
    return content != null ? new BytesBody(content) : taker.source();
  }

  /** An object with {@code fetch}, whose calls say {@code binding}. */
  public Value fetcher(Object binding) {
    return function("fetch", "fetcher").execute(binding);
  }
}
