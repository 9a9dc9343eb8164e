package dev.penstock.admin;

import java.util.Locale;

/** What a token may do; each may all that those before it may. */
enum Role {
  VIEWER,
  DEPLOYER,
  ADMIN;

  boolean mayAct(Role needed) {
    return compareTo(needed) >= 0;
  }

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException when it is none
   */
  static Role parse(String text) {
    for (Role each : values()) if (each.text().equals(text)) return each;
    throw new IllegalArgumentException("role is viewer, deployer or admin, not \"" + text + "\"");
  }
}
