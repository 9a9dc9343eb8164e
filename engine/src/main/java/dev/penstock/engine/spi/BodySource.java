package dev.penstock.engine.spi;

/** Gives a body piece by piece, no faster than it is taken. Worker-confined. */
public interface BodySource {
  /** Begins to write to {@code sink}, now or later; called once. */
  void start(BodySink sink);

  /** The sink can take more after {@link BodySink#write} said no. */
  void demand();

  /** Nobody wants the rest. The sink is not called afterwards. */
  void cancel();
}
