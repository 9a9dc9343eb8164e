package dev.penstock.engine.proxy;

import dev.penstock.engine.http.HttpVersion;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.wire.Connection;
import dev.penstock.engine.wire.ConnectionHandler;
import org.jspecify.annotations.Nullable;

/**
 * A client without a connection: its request is complete when it begins, it needs no interim
 * response and cannot become a tunnel.
 */
interface OwnClient extends ClientStream {
  @Override
  default HttpVersion version() {
    return HttpVersion.HTTP_1_1;
  }

  @Override
  default void sendInterim(ResponseHead head) {}

  @Override
  default void pauseRequest() {}

  @Override
  default void resumeRequest() {}

  @Override
  default void discardRequest() {}

  @Override
  default void closeAfterResponse() {}

  @Override
  default @Nullable Connection takeOver(ConnectionHandler tunnel) {
    return null;
  }
}
