package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.Config.Shorthand;
import org.jspecify.annotations.Nullable;

/** One server as the configuration names it. */
@Doc("A server of an upstream.")
public record EndpointRules(
    @Doc("host:port, [v6]:port; a host name is resolved again and again.") @Shorthand
        String address,
    @Doc("Share of the requests beside the others; 0 drains it.") @Default("1") @Range("0..1000")
        int weight,
    @Doc("Serves only while no other endpoint can.") @Default("false") boolean backup,
    @Doc(
            "How it appears in metrics and the admin API; its health is kept under this name. Absent: the address.")
        @Nullable String name) {

  public EndpointRules {
    HostPort.parse(address);
    Rules.between("weight", weight, 0, 1000);
    if (name != null && name.isBlank()) throw new IllegalArgumentException("name is empty");
  }

  public static EndpointRules of(String address) {
    return new EndpointRules(address, 1, false, null);
  }

  public static EndpointRules of(String address, int weight) {
    return new EndpointRules(address, weight, false, null);
  }

  /** The name it is known by. */
  public String label() {
    return name == null ? address : name;
  }

  public HostPort hostPort() {
    return HostPort.parse(address);
  }
}
