package com.example.userauth;

import dev.penstock.engine.spi.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Users of a file, as it was when the configuration was read. */
record FileUsers(Map<String, String> byName) implements UserAuth.UserStore {
  static FileUsers read(Path file) {
    Map<String, String> users = new HashMap<>();
    try {
      int number = 0;
      for (String line : Files.readAllLines(file)) {
        number++;
        if (line.isBlank() || line.startsWith("#")) continue;
        if (!line.matches("[^:]+:([0-9a-f]{2})+:\\d{1,7}:([0-9a-f]{2})+"))
          throw new ConfigException(
              "a line is name:salt:iterations:hash, both in hexadecimal", file + ":" + number, null);
        int colon = line.indexOf(':');
        users.put(line.substring(0, colon), line.substring(colon + 1));
      }
    } catch (IOException e) {
      throw new ConfigException("the users cannot be read: " + e.getMessage());
    }
    return new FileUsers(Map.copyOf(users));
  }

  @Override
  public String passwordOf(String user) {
    return byName.get(user);
  }
}
