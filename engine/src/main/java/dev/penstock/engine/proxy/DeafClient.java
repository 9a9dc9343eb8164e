package dev.penstock.engine.proxy;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.ResponseHead;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Takes a response that nobody waits for: the client went away and the route asks to go on. */
final class DeafClient implements OwnClient {
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
  public void onExchangeOver() {}
}
