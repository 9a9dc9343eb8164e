package dev.penstock.scripting.web;

/** How loud a line of {@code console} is. */
public enum ConsoleLevel {
  DEBUG,
  LOG,
  INFO,
  WARN,
  ERROR
}
