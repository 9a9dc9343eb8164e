package dev.penstock.engine.boot;

import dev.penstock.engine.control.ConfigProblem;
import java.util.List;

/** A configuration cannot be put in force; the message holds all problems, for a terminal. */
public final class BadConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<ConfigProblem> problems;

  BadConfigException(String rendered, List<ConfigProblem> problems) {
    super(rendered);
    this.problems = List.copyOf(problems);
  }

  public List<ConfigProblem> problems() {
    return problems;
  }
}
