package dev.penstock.plugins.limit;

import dev.penstock.engine.spi.Config.Bytes;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.plugins.rules.When;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How fast bodies may go. */
@Doc(
    "Slows bodies down to a rate, by pausing the sender: nothing is refused, and nothing piles up. Works part by part,"
        + " as they are read from sockets: over short times a part may come at once.")
public record BandwidthConfig(
    @Doc("Bytes per second of request bodies.") @Bytes @Range("1KiB..16GiB")
        @Nullable Long requests,
    @Doc("Bytes per second of response bodies.") @Bytes @Range("1KiB..16GiB")
        @Nullable Long responses,
    @Doc("Bytes that go at once, before it slows down.") @Default("64KiB") @Bytes @Range("1..16GiB")
        long burst,
    @Doc(
            "Who shares the rate, as for rate-limit: client-ip, identity, route, header:NAME and so on; without it, each exchange has its"
                + " own.")
        @Default("[]")
        List<String> key,
    @Doc(
            "What a request without the key shares it with: its address, nobody (and is not slowed), or all such.")
        @Default("client-ip")
        LimitKey.WithoutKey withoutKey,
    @Doc("About how many keys are counted at a time.") @Default("10000") @Range("8..1000000")
        int maxKeys,
    @Doc("Which exchanges are slowed down.") @Default("{}") When when) {

  public BandwidthConfig {
    key = List.copyOf(key);
    if (requests == null && responses == null)
      throw new ConfigException("nothing is slowed down; set \"requests\" or \"responses\"");
  }
}
