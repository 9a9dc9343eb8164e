package dev.penstock.engine.proxy;

import dev.penstock.engine.observe.ExchangeView;
import dev.penstock.engine.wire.ConnectionHandler;
import java.util.function.Consumer;

/** A client's connection of either protocol, as its worker sees it. Worker-confined. */
public sealed interface ClientConnection extends ConnectionHandler
    permits DownstreamHttp1, DownstreamHttp2 {
  /** Tells of each exchange that is under way. */
  void views(long nowNs, Consumer<ExchangeView> into);

  /** The listener treats its clients like this from the next request on. */
  void policy(Http1Decoders now);

  /** Ends the connection when what is under way has ended, and takes nothing new after that. */
  void drain();

  /** Ends the connection whatever it does. */
  void abandon();
}
