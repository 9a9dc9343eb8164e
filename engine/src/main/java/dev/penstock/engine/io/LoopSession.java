package dev.penstock.engine.io;

import java.net.InetSocketAddress;
import java.nio.channels.ByteChannel;
import org.apache.mina.core.service.DefaultTransportMetadata;
import org.apache.mina.core.service.IoProcessor;
import org.apache.mina.core.service.TransportMetadata;
import org.apache.mina.core.session.IoSessionConfig;
import org.apache.mina.transport.socket.DefaultSocketSessionConfig;
import org.apache.mina.transport.socket.SocketSessionConfig;
import org.apache.mina.transport.socket.nio.NioSession;
import org.apache.mina.transport.socket.nio.NioSocketConnector;
import org.jspecify.annotations.Nullable;

/**
 * The one session that a worker hands to its own processor: it stands for the loop and has no
 * socket.
 *
 * <p>MINA starts a processor's thread when a first session is added. A worker's own connections are
 * not sessions (they are registered with the processor's selector directly), so this one starts the
 * thread.
 */
final class LoopSession extends NioSession {
  private static final TransportMetadata METADATA =
      new DefaultTransportMetadata(
          "penstock",
          "loop",
          false,
          true,
          InetSocketAddress.class,
          SocketSessionConfig.class,
          Object.class);
  private static final InetSocketAddress NOWHERE = new InetSocketAddress(0);

  /** A session of {@code connector} that runs on {@code processor}. */
  LoopSession(IoProcessor<NioSession> processor, NioSocketConnector connector) {
    super(processor, connector, null);
    config = new DefaultSocketSessionConfig();
    try {
      setAttributeMap(connector.getSessionDataStructureFactory().getAttributeMap(this));
      setWriteRequestQueue(connector.getSessionDataStructureFactory().getWriteRequestQueue(this));
    } catch (Exception e) { // as the factory's signature has it; the default one throws nothing
      throw new IllegalStateException(e);
    }
  }

  @Override
  public @Nullable ByteChannel getChannel() {
    return null;
  }

  @Override
  public IoSessionConfig getConfig() {
    return config;
  }

  @Override
  public InetSocketAddress getLocalAddress() {
    return NOWHERE;
  }

  @Override
  public InetSocketAddress getRemoteAddress() {
    return NOWHERE;
  }

  @Override
  public TransportMetadata getTransportMetadata() {
    return METADATA;
  }
}
