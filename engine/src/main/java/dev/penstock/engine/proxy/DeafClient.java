package dev.penstock.engine.proxy;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HttpVersion;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.wire.Connection;
import dev.penstock.engine.wire.ConnectionHandler;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Takes a response that nobody waits for: the client went away and the route asks to go on. */
final class DeafClient implements ClientStream {
  @Override
  public HttpVersion version() {
    return HttpVersion.HTTP_1_1;
  }

  @Override
  public void sendInterim(ResponseHead head) {}

  @Override
  public void sendHead(ResponseHead head, BodyFraming framing, long length) {}

  @Override
  public void sendBody(ByteBuffer part) {
    part.position(part.limit());
  }

  @Override
  public void sendEnd(@Nullable HeaderMap trailers) {}

  @Override
  public void abort() {}

  @Override
  public boolean isWritable() {
    return true;
  }

  @Override
  public void pauseRequest() {}

  @Override
  public void resumeRequest() {}

  @Override
  public void discardRequest() {}

  @Override
  public void closeAfterResponse() {}

  @Override
  public @Nullable Connection takeOver(ConnectionHandler tunnel) {
    return null;
  }

  @Override
  public void onExchangeOver() {}
}
