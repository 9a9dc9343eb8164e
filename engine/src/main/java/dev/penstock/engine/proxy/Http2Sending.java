package dev.penstock.engine.proxy;

import dev.penstock.engine.http.h2.Frames;
import dev.penstock.engine.http.h2.HeadEncoder;
import dev.penstock.engine.http.h2.Priority;
import dev.penstock.engine.http.h2.SendWindow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What the streams of one connection share to send: its window, its output, and the line in which
 * they wait when one of these is full. The most urgent go first; of the same urgency, those whose
 * parts are of no use alone are sent whole one after the other, the others take turns (RFC 9218
 * §10, requirement H13).
 */
final class Http2Sending {
  final SendWindow window = new SendWindow();
  final HeadEncoder encoder = new HeadEncoder();
  final Http2Output out;

  /** By priority; made when somebody waits for the first time. */
  private final List<ArrayDeque<StreamSender>> waiting = new ArrayList<>(0);

  private int waitingCount;
  private boolean isRunning;

  Http2Sending(Http2Output out) {
    this.out = out;
    window.reset(Frames.DEFAULT_WINDOW);
  }

  /** Whether data has to wait for the connection, or for others. */
  boolean isBlocked() {
    return waitingCount > 0 || window.left() <= 0 || !out.isWritable();
  }

  /** {@code sender} has something that its own window allows; it is told when its turn has come. */
  void await(StreamSender sender) {
    if (waiting.isEmpty())
      for (int i = 0; i < Priority.LIMIT; i++) waiting.add(new ArrayDeque<>(4));
    waiting.get(sender.priority()).addLast(sender);
    waitingCount++;
  }

  /** {@code sender} does not wait any more. */
  void forget(StreamSender sender) {
    if (waiting.get(sender.priority()).remove(sender)) waitingCount--;
  }

  /** Sends as much as there is room for. */
  void run() {
    if (isRunning) return;
    isRunning = true;
    while (waitingCount > 0 && window.left() > 0 && out.isWritable()) {
      StreamSender first = first();
      boolean hasMore = first.sendWaiting();
      ArrayDeque<StreamSender> line = waiting.get(first.priority());
      if (hasMore) {
        if (Priority.isIncremental(first.priority())) line.addLast(line.removeFirst());
      } else {
        line.removeFirst();
        waitingCount--;
        first.onOutOfLine();
      }
    }
    isRunning = false;
  }

  private StreamSender first() {
    for (ArrayDeque<StreamSender> line : waiting) {
      StreamSender first = line.peekFirst();
      if (first != null) return first;
    }
    throw new IllegalStateException("nobody waits");
  }
}
