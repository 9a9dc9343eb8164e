package dev.penstock.engine.observe;

import dev.penstock.engine.observe.AccessLogRules.ClientAddress;
import dev.penstock.engine.observe.AccessLogRules.Format;
import dev.penstock.engine.observe.AccessLogRules.Rotation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Rules that differ from the defaults in a few things. */
final class RulesBuilder {
  private AccessLogRules.Target to = AccessLogRules.Target.FILE;
  private Path file = Path.of("unused.log");
  private Format format = Format.JSON;
  private List<LogField> fields = List.of();
  private List<LogField> without = List.of();
  private List<String> requestHeaders = List.of();
  private List<String> responseHeaders = List.of();
  private ClientAddress clientAddress = ClientAddress.FULL;
  private double sample = 1;
  private int maxValueBytes = 2048;
  private int queueBytes = 1 << 20;
  private Rotation rotation = Rotation.DEFAULTS;

  static RulesBuilder rules() {
    return new RulesBuilder();
  }

  RulesBuilder off() {
    to = AccessLogRules.Target.OFF;
    return this;
  }

  RulesBuilder file(Path path) {
    file = path;
    return this;
  }

  RulesBuilder combined() {
    format = Format.COMBINED;
    return this;
  }

  RulesBuilder fields(LogField... shown) {
    fields = List.of(shown);
    return this;
  }

  RulesBuilder without(LogField... hidden) {
    without = List.of(hidden);
    return this;
  }

  RulesBuilder requestHeaders(String... names) {
    requestHeaders = List.of(names);
    return this;
  }

  RulesBuilder responseHeaders(String... names) {
    responseHeaders = List.of(names);
    return this;
  }

  RulesBuilder clientAddress(ClientAddress shown) {
    clientAddress = shown;
    return this;
  }

  RulesBuilder sample(double share) {
    sample = share;
    return this;
  }

  RulesBuilder maxValueBytes(int bytes) {
    maxValueBytes = bytes;
    return this;
  }

  RulesBuilder queueBytes(int bytes) {
    queueBytes = bytes;
    return this;
  }

  RulesBuilder rotation(long size, Duration every, int keep, boolean compress) {
    rotation = new Rotation(size, every, keep, compress);
    return this;
  }

  AccessLogRules build() {
    return new AccessLogRules(
        to,
        file,
        format,
        fields,
        without,
        requestHeaders,
        responseHeaders,
        AccessLogRules.DEFAULTS.redactQuery(),
        AccessLogRules.DEFAULTS.redactHeaders(),
        clientAddress,
        sample,
        maxValueBytes,
        queueBytes,
        rotation);
  }
}
