package dev.penstock.plugins.limit;

import dev.penstock.engine.spi.Config.Bytes;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.plugins.rules.When;
import org.jspecify.annotations.Nullable;

/** How large requests may be. */
@Doc(
    "Limits the size of requests, by condition; what holds for the whole route is cheaper as its max-body.")
public record RequestSizeConfig(
    @Doc("Largest body; beyond: 413. Refused before it is read when its length is told.")
        @Bytes
        @Range("0..")
        @Nullable Long maxBody,
    @Doc("Longest path and query together; beyond: 414.") @Bytes @Range("1..")
        @Nullable Integer maxTarget,
    @Doc("Most parameters in the query; beyond: 400.") @Range("0..100000")
        @Nullable Integer maxParameters,
    @Doc("Most bytes of all fields together, those that the gateway adds included; beyond: 431.")
        @Bytes
        @Range("64..")
        @Nullable Integer maxFields,
    @Doc("Most bytes of one field's value; beyond: 431.") @Bytes @Range("1..")
        @Nullable Integer maxField,
    @Doc("Which requests are looked at.") @Default("{}") When when) {

  public RequestSizeConfig {
    if (maxBody == null
        && maxTarget == null
        && maxParameters == null
        && maxFields == null
        && maxField == null)
      throw new ConfigException("nothing is limited; set max-body, max-target or another key");
  }
}
