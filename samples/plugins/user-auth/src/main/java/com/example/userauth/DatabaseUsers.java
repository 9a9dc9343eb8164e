package com.example.userauth;

import dev.penstock.engine.spi.ConfigException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Properties;
import java.util.ServiceLoader;

/**
 * Users of a table. The driver lies in {@code lib/} of the JAR. It is asked directly: what
 * registers with {@link java.sql.DriverManager} would stay there when the plugin goes.
 */
final class DatabaseUsers implements UserAuth.UserStore {
  private final String url;
  private final Driver driver;

  DatabaseUsers(String url) {
    this.url = url;
    this.driver = driver(url);
  }

  private static Driver driver(String url) {
    try {
      for (Driver each : ServiceLoader.load(Driver.class, DatabaseUsers.class.getClassLoader()))
        if (each.acceptsURL(url)) return each;
    } catch (SQLException e) {
      throw new ConfigException("the database's address is wrong: " + e.getMessage());
    }
    throw new ConfigException("no driver in lib/ of the JAR takes this database");
  }

  @Override
  public String passwordOf(String user) {
    try (Connection connection = driver.connect(url, new Properties());
        PreparedStatement query =
            connection.prepareStatement("SELECT password FROM users WHERE name = ?")) {
      query.setString(1, user);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next() ? rows.getString(1) : null;
      }
    } catch (SQLException e) {
      throw new ConfigException("the users cannot be asked: " + e.getMessage());
    }
  }
}
