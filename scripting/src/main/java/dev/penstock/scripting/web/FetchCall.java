package dev.penstock.scripting.web;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.spi.BodySource;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * One {@code fetch()}: what is asked, and where the answer goes. The exported methods are the
 * guest's side, the others the runtime's. Worker-confined.
 */
public final class FetchCall extends MessageTaker {
  private final WebHost host;
  private final @Nullable Object binding;
  private final String method;
  private final String url;
  private final String redirect;
  private final Value onResponse;
  private final Value onFailure;
  private final long maxBodyBytes;
  private final HeaderMap headers = new HeaderMap();
  private @Nullable Runnable cancel;
  private boolean isOver;

  FetchCall(
      WebHost host,
      @Nullable Object binding,
      String method,
      String url,
      String redirect,
      Value onResponse,
      Value onFailure,
      long maxBodyBytes) {
    this.host = host;
    this.binding = binding;
    this.method = method;
    this.url = url;
    this.redirect = redirect;
    this.onResponse = onResponse;
    this.onFailure = onFailure;
    this.maxBodyBytes = maxBodyBytes;
  }

  /**
   * What the {@code fetch} belongs to: the object given to {@link WebApi#fetcher}, or null for the
   * global one.
   */
  public @Nullable Object binding() {
    return binding;
  }

  public String method() {
    return method;
  }

  /** Absolute and serialised; may have a fragment, which is not sent. */
  public String url() {
    return url;
  }

  /** {@code follow}, {@code error}, {@code manual}; empty when the script did not say (S5). */
  public String redirect() {
    return redirect;
  }

  @Override
  public HeaderMap headers() {
    return headers;
  }

  /**
   * Runs {@code action} when the script aborts. Set it before returning from {@link WebHost#fetch}.
   */
  public void onAbort(Runnable action) {
    cancel = action;
  }

  /** The script gave up; answers are ignored from then on. */
  public boolean isAborted() {
    return isOver;
  }

  /**
   * The answer.
   *
   * @param fields copied
   * @param url after redirects, without fragment
   */
  public void respond(
      int status,
      String reason,
      HeaderMap fields,
      @Nullable BodySource body,
      long bodyLength,
      String url,
      boolean redirected) {
    if (isOver) {
      if (body != null) body.cancel();
      return;
    }
    HeaderMap own = new HeaderMap();
    own.addAll(fields);
    HostBody hostBody = body == null ? null : new HostBody(body, bodyLength, maxBodyBytes);
    onResponse.executeVoid(status, reason, new HeaderMapHost(own), hostBody, url, redirected);
  }

  /** There is no answer; {@code message} is what the script reads in the TypeError. */
  public void fail(String message) {
    if (isOver) return;
    isOver = true;
    onFailure.executeVoid(message);
  }

  @HostAccess.Export
  public void send() {
    host.fetch(this);
  }

  @HostAccess.Export
  public void abort() {
    if (isOver) return;
    isOver = true;
    if (cancel != null) cancel.run();
  }
}
