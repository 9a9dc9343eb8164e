package dev.penstock.plugins.compression;

import dev.penstock.engine.spi.Config.Bytes;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.plugins.rules.When;

/** Which bodies are decompressed, and how large they may become. */
@Doc(
    "Decompresses the bodies of responses for clients that do not take their encoding, and of requests where it is asked for. zstd,"
        + " br, gzip and deflate. What becomes too large is refused: a request with 413, a response is broken off.")
public record DecompressConfig(
    @Doc("Responses: when-needed, for clients that do not accept the encoding; always; or never.")
        @Default("when-needed")
        Responses responses,
    @Doc(
            "Decompresses the bodies of requests, for upstreams and filters that cannot. An encoding that is not known is answered with 415.")
        @Default("false")
        boolean requests,
    @Doc("So many times as large as it came may a body become, beyond its first 64 KiB (L12).")
        @Default("100")
        @Range("1..100000")
        int maxRatio,
    @Doc("A decompressed body may have so many bytes.") @Default("64MiB") @Bytes @Range("1..")
        long maxSize,
    @Doc("On which exchanges.") @Default("{}") When when) {

  /** Which responses. */
  public enum Responses {
    WHEN_NEEDED,
    ALWAYS,
    NEVER
  }
}
