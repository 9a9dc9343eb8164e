package dev.penstock.engine.control;

import java.util.Locale;

/** What somebody may do over the admin API; each may all that those before it may. */
public enum AdminRole {
  VIEWER,
  DEPLOYER,
  ADMIN;

  public boolean mayAct(AdminRole needed) {
    return compareTo(needed) >= 0;
  }

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException when it is none
   */
  public static AdminRole parse(String text) {
    for (AdminRole each : values()) if (each.text().equals(text)) return each;
    throw new IllegalArgumentException("role is viewer, deployer or admin, not \"" + text + "\"");
  }
}
