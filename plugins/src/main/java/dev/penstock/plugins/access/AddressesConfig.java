package dev.penstock.plugins.access;

import dev.penstock.engine.http.CidrSet;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import java.util.List;

/** Networks that may come in and that may not, from the configuration and from files. */
@Doc(
    "Lets clients in by their address; others get 403. As \"access\" of a route, with lists from files, and at its"
        + " place among the filters.")
public record AddressesConfig(
    @Doc("Networks or addresses that may come in; without any, everybody.") @Default("[]")
        List<String> allow,
    @Doc("Networks or addresses that may not; looked at first.") @Default("[]") List<String> deny,
    @Doc(
            "Files with more networks to allow, one a line; # begins a comment. Read again when they change.")
        @Default("[]")
        List<String> allowFiles,
    @Doc("Files with more networks to deny.") @Default("[]") List<String> denyFiles) {

  public AddressesConfig {
    allow = List.copyOf(allow);
    deny = List.copyOf(deny);
    allowFiles = List.copyOf(allowFiles);
    denyFiles = List.copyOf(denyFiles);
    CidrSet.of(allow);
    CidrSet.of(deny);
    if (allow.isEmpty() && deny.isEmpty() && allowFiles.isEmpty() && denyFiles.isEmpty()) {
      throw new IllegalArgumentException("nothing is allowed or denied; name networks");
    }
  }
}
