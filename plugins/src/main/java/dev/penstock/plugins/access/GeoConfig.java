package dev.penstock.plugins.access;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Shorthand;
import java.util.List;

/** Where clients come from, and from where they may come. */
@Doc(
    "Looks clients up in files of MaxMind's format (GeoLite2, DB-IP, IPinfo): sets the variables geo.country,"
        + " geo.continent, geo.subdivision, geo.city, geo.asn, geo.organization for later filters, scripts and the log,"
        + " and refuses with 403 by country or network.")
public record GeoConfig(
    @Doc(
            "The .mmdb files, such as one for countries or cities and one for networks (ASN). Mapped into memory; read"
                + " again when they change: replace them by renaming, never write into them.")
        @Shorthand
        List<String> database,
    @Doc("Countries that may come in, by two letters (ISO 3166); without any, all.") @Default("[]")
        List<String> allowCountries,
    @Doc("Countries that may not; looked at first.") @Default("[]") List<String> denyCountries,
    @Doc("Numbers of networks (ASN) that may come in; without any, all.") @Default("[]")
        List<Long> allowAsns,
    @Doc("Numbers of networks that may not; looked at first.") @Default("[]") List<Long> denyAsns,
    @Doc(
            "Whether clients of whom the files know no country or network come in where some only may.")
        @Default("false")
        boolean allowUnknown) {

  public GeoConfig {
    database = List.copyOf(database);
    allowCountries = List.copyOf(allowCountries);
    denyCountries = List.copyOf(denyCountries);
    allowAsns = List.copyOf(allowAsns);
    denyAsns = List.copyOf(denyAsns);
    if (database.isEmpty()) throw new IllegalArgumentException("no database is named");
    check(allowCountries);
    check(denyCountries);
  }

  private static void check(List<String> countries) {
    for (String country : countries) {
      if (!country.matches("[A-Z]{2}")) {
        throw new IllegalArgumentException(
            "\"%s\" is no country; write two capitals, as DE or US".formatted(country));
      }
    }
  }
}
