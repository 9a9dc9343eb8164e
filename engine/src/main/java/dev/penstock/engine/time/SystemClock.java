package dev.penstock.engine.time;

/** The JDK's clocks, for threads other than workers; workers read theirs once per turn. */
public enum SystemClock implements NanoClock {
  INSTANCE;

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public long wallMillis() {
    return System.currentTimeMillis();
  }
}
