package dev.penstock.plugins.access;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the files know of an address. Fields of GeoLite2, DB-IP and IPinfo are understood.
 *
 * @param asn number of the network, or 0
 */
record Place(
    @Nullable String country,
    @Nullable String continent,
    @Nullable String subdivision,
    @Nullable String city,
    long asn,
    @Nullable String organization) {
  static final Place UNKNOWN = new Place(null, null, null, null, 0, null);

  /** This, with what {@code found} knows beside. */
  Place with(Map<?, ?> found) {
    String countryNow = text(found, "country", "iso_code");
    if (countryNow == null) countryNow = text(found, "registered_country", "iso_code");
    if (countryNow == null) countryNow = flat(found, "country_code");
    if (countryNow == null && found.get("country") instanceof String code && code.length() == 2)
      countryNow = code;
    String continentNow = text(found, "continent", "code");
    if (continentNow == null) continentNow = flat(found, "continent_code");
    Object subdivisions = found.get("subdivisions");
    String subdivisionNow =
        subdivisions instanceof Iterable<?> all
                && all.iterator().hasNext()
                && all.iterator().next() instanceof Map<?, ?> first
            ? flat(first, "iso_code")
            : null;
    String cityNow =
        found.get("city") instanceof Map<?, ?> names
            ? text(names, "names", "en")
            : flat(found, "city");
    long asnNow = number(found.get("autonomous_system_number"));
    if (asnNow == 0) asnNow = number(found.get("asn"));
    String organizationNow = flat(found, "autonomous_system_organization");
    if (organizationNow == null) organizationNow = flat(found, "as_name");
    return new Place(
        countryNow == null ? country : countryNow,
        continentNow == null ? continent : continentNow,
        subdivisionNow == null ? subdivision : subdivisionNow,
        cityNow == null ? city : cityNow,
        asnNow == 0 ? asn : asnNow,
        organizationNow == null ? organization : organizationNow);
  }

  private static @Nullable String text(Map<?, ?> in, String key, String inner) {
    return in.get(key) instanceof Map<?, ?> map ? flat(map, inner) : null;
  }

  private static @Nullable String flat(Map<?, ?> in, String key) {
    return in.get(key) instanceof String text && !text.isEmpty() ? text : null;
  }

  private static long number(@Nullable Object value) {
    if (value instanceof Number number) return number.longValue();
    if (value instanceof String text) {
      String digits = text.startsWith("AS") ? text.substring(2) : text;
      if (digits.matches("[0-9]{1,10}")) return Long.parseLong(digits);
    }
    return 0;
  }

  /** Sets the variables that others see. */
  void note(Map<String, Object> vars) {
    put(vars, "geo.country", country);
    put(vars, "geo.continent", continent);
    put(vars, "geo.subdivision", subdivision);
    put(vars, "geo.city", city);
    if (asn != 0) vars.put("geo.asn", asn);
    put(vars, "geo.organization", organization);
  }

  private static void put(Map<String, Object> vars, String name, @Nullable String value) {
    if (value != null) vars.put(name, value);
  }
}
