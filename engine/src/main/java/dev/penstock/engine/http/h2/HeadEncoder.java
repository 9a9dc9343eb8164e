package dev.penstock.engine.http.h2;

/**
 * What one direction of a connection remembers of the heads that were sent: the compression's
 * table, and how large a frame the peer takes. Worker-confined.
 */
public final class HeadEncoder {
  final HpackEncoder fields = new HpackEncoder();
  int maxFrameBytes = Frames.MIN_MAX_FRAME;

  /** The peer has said how large a table it keeps, and how large a frame it takes. */
  public void follow(PeerSettings peer) {
    fields.maxTableBytes(peer.tableBytes());
    // A head is hardly ever longer, and peers are bound to take frames of this size.
    maxFrameBytes = Math.min(peer.maxFrameBytes(), Frames.MIN_MAX_FRAME);
  }
}
