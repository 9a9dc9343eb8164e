package dev.penstock.scripting.web;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * What the JavaScript side of the Web APIs calls: {@code host} in {@code webapi/*.js}. User code
 * never holds it.
 *
 * <p>Failures are answers (null, 0), not exceptions: an exception of Java would be a foreign object
 * to scripts.
 */
public final class WebBridge {
  private final WebApi api;
  private final WebHost host;
  private final long maxBodyBytes;
  private final double timeOrigin;

  WebBridge(WebApi api, WebHost host, long maxBodyBytes) {
    this.api = api;
    this.host = host;
    this.maxBodyBytes = maxBodyBytes;
    timeOrigin = host.epochMillis() - host.monotonicMillis();
  }

  /** The function that a source file evaluates to. */
  @HostAccess.Export
  public Value load(String file) {
    return api.evaluate(WebSources.get(file));
  }

  // ---- time, chance, console ----

  @HostAccess.Export
  public double epochMillis() {
    return host.epochMillis();
  }

  @HostAccess.Export
  public double monotonicMillis() {
    return host.monotonicMillis();
  }

  @HostAccess.Export
  public double timeOrigin() {
    return timeOrigin;
  }

  @HostAccess.Export
  public int setTimer(double delayMs, boolean repeat) {
    int[] id = new int[1];
    id[0] = host.setTimer((long) delayMs, repeat, () -> api.fireTimer(id[0]));
    return id[0];
  }

  @HostAccess.Export
  public void clearTimer(int id) {
    host.clearTimer(id);
  }

  @HostAccess.Export
  public void console(int level, String text) {
    host.console(ConsoleLevel.values()[level], text);
  }

  @HostAccess.Export
  public void uncaught(String text, Value error) {
    host.uncaught(text, error);
  }

  @HostAccess.Export
  public String userAgent() {
    return host.userAgent();
  }

  @HostAccess.Export
  public Object randomBytes(int count) {
    byte[] bytes = new byte[count];
    host.randomBytes(bytes);
    return ByteBuffer.wrap(bytes);
  }

  @HostAccess.Export
  public String randomToken() {
    byte[] bytes = new byte[16];
    host.randomBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  @HostAccess.Export
  public String randomUuid() {
    byte[] b = new byte[16];
    host.randomBytes(b);
    b[6] = (byte) (b[6] & 0x0f | 0x40);
    b[8] = (byte) (b[8] & 0x3f | 0x80);
    String hex = HexFormat.of().formatHex(b);
    return hex.substring(0, 8)
        + '-'
        + hex.substring(8, 12)
        + '-'
        + hex.substring(12, 16)
        + '-'
        + hex.substring(16, 20)
        + '-'
        + hex.substring(20);
  }

  // ---- text ----

  @HostAccess.Export
  public String asciiLower(String text) {
    return FieldText.lower(text);
  }

  /** Where {@code text} has its first character that no byte can hold, or -1. */
  @HostAccess.Export
  public int beyondLatin1(String text) {
    return FieldText.beyondLatin1(text);
  }

  /** The name of a field in lower case, or null when it is none. */
  @HostAccess.Export
  public @Nullable String fieldName(String text) {
    return FieldText.isToken(text) ? FieldText.lower(text) : null;
  }

  /** The value of a field without the white space around it, or null when it cannot be one. */
  @HostAccess.Export
  public @Nullable String fieldValue(String text) {
    return FieldText.value(text);
  }

  /** {@code text} holds no lone surrogates. */
  @HostAccess.Export
  public Object utf8Encode(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @HostAccess.Export
  public String utf8Decode(Value buffer, int offset, int length, boolean keepMark) {
    return Utf8.decode(GuestBytes.read(buffer, offset, length), keepMark);
  }

  @HostAccess.Export
  public @Nullable TextDecoderHost textDecoder(String label, boolean fatal, boolean ignoreBom) {
    Encodings.Encoding encoding = Encodings.find(label);
    return encoding == null ? null : new TextDecoderHost(encoding, fatal, ignoreBom);
  }

  @HostAccess.Export
  public @Nullable String atob(String text) {
    return Base64Text.decode(text);
  }

  @HostAccess.Export
  public @Nullable String btoa(String text) {
    return Base64Text.encode(text);
  }

  // ---- URLs and forms ----

  @HostAccess.Export
  public @Nullable UrlRecord urlParse(String text, @Nullable String base) {
    if (base == null) return UrlParser.parse(text, null);
    UrlRecord parsed = UrlParser.parse(base, null);
    return parsed == null ? null : UrlParser.parse(text, parsed);
  }

  /** A host alone, as a setter would take it: up to what ends a host; null when it is not valid. */
  @HostAccess.Export
  public @Nullable String hostParse(String text, boolean opaque) {
    UrlRecord url = UrlParser.parse(opaque ? "x://h/" : "https://h/", null);
    if (url == null) return null;
    url.host = null;
    return UrlParser.parseInto(text, url, UrlParser.State.HOSTNAME) ? url.host : null;
  }

  /** A path of a URL whose path is opaque. */
  @HostAccess.Export
  public String opaquePath(String text) {
    return PercentSet.C0.encode(text);
  }

  /** Whether a URL has a path of segments. */
  @HostAccess.Export
  public boolean hasListPath(String text) {
    UrlRecord url = UrlParser.parse(text, null);
    return url != null && url.opaquePath == null;
  }

  @HostAccess.Export
  public String formEncode(String text) {
    return PercentSet.encodeForm(text);
  }

  @HostAccess.Export
  public String formDecode(String text) {
    return PercentSet.decodeForm(text);
  }

  @HostAccess.Export
  public @Nullable Multipart multipart(Value buffer, int offset, int length, String boundary) {
    return Multipart.parse(GuestBytes.read(buffer, offset, length), boundary);
  }

  // ---- cryptography, compression ----

  @HostAccess.Export
  public CryptoBridge crypto() {
    return new CryptoBridge(host);
  }

  @HostAccess.Export
  public Object compressor(String format, boolean inflates) {
    return new CompressorHost(format, inflates);
  }

  // ---- fetch ----

  @HostAccess.Export
  public @Nullable DataUrl dataUrl(String url) {
    return DataUrl.parse(url);
  }

  @HostAccess.Export
  public FetchCall fetch(
      @Nullable Object binding,
      String method,
      String url,
      String redirect,
      Value onResponse,
      Value onFailure) {
    return new FetchCall(host, binding, method, url, redirect, onResponse, onFailure, maxBodyBytes);
  }
}
