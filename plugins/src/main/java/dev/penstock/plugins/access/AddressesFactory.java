package dev.penstock.plugins.access;

import dev.penstock.engine.http.CidrSet;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.plugins.rules.Deny;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code addresses}: who may come in, by the client's address as trusted proxies tell it (Q9). */
final class AddressesFactory implements FilterFactory<AddressesConfig> {
  @Override
  public String name() {
    return "addresses";
  }

  @Override
  public Class<AddressesConfig> configType() {
    return AddressesConfig.class;
  }

  @Override
  public FilterTemplate prepare(AddressesConfig config, PrepareScope scope) {
    boolean allowsSome = !config.allow().isEmpty() || !config.allowFiles().isEmpty();
    CidrSet allow = networks(config.allow(), config.allowFiles(), scope);
    CidrSet deny = networks(config.deny(), config.denyFiles(), scope);
    return new Template(allowsSome ? allow : null, deny.isEmpty() ? null : deny);
  }

  private static CidrSet networks(List<String> inline, List<String> files, PrepareScope scope) {
    List<String> all = new ArrayList<>(inline);
    for (String file : files) read(scope.watch(file), all);
    return CidrSet.of(all);
  }

  private static void read(Path file, List<String> into) {
    try {
      int number = 0;
      for (String line : Files.readAllLines(file)) {
        number++;
        int comment = line.indexOf('#');
        String network = (comment < 0 ? line : line.substring(0, comment)).strip();
        if (network.isEmpty()) continue;
        check(file, number, network);
        into.add(network);
      }
    } catch (IOException e) {
      throw new ConfigException("%s cannot be read: %s".formatted(file, e.getMessage()));
    }
  }

  private static void check(Path file, int line, String network) {
    try {
      CidrSet.of(network);
    } catch (IllegalArgumentException | ConfigException e) {
      throw new ConfigException(String.valueOf(e.getMessage()), file + ":" + line, e);
    }
  }

  private record Template(@Nullable CidrSet allow, @Nullable CidrSet deny)
      implements FilterTemplate, Filter {
    @Override
    public Set<Phase> phases() {
      return Set.of(Phase.ON_REQUEST);
    }

    /** Has no state: all workers may share it. */
    @Override
    public Filter create(FilterScope scope) {
      return this;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
      if (deny != null && deny.contains(exchange.clientAddress())) {
        return Deny.because("the address is denied");
      }
      if (allow != null && !allow.contains(exchange.clientAddress())) {
        return Deny.because("the address is not among those allowed");
      }
      return Verdict.NEXT;
    }

    @Override
    public void close() {}
  }
}
