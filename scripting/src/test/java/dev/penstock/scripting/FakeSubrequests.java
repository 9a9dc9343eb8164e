package dev.penstock.scripting;

import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.Subrequests;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Keeps what was sent; the test answers. */
final class FakeSubrequests implements Subrequests {
  final List<Sent> sent = new ArrayList<>();

  /** One subrequest. */
  static final class Sent {
    final Spec spec;
    final Callback callback;
    boolean cancelled;

    Sent(Spec spec, Callback callback) {
      this.spec = spec;
      this.callback = callback;
    }

    void answer(int status, String body, String... fields) {
      ResponseHead head = new ResponseHead();
      head.status(status);
      for (int i = 0; i < fields.length; i += 2) head.headers().add(fields[i], fields[i + 1]);
      callback.onResponse(head, new BytesSource(body.getBytes(StandardCharsets.UTF_8)));
    }

    void answer(int status, BodySource body) {
      ResponseHead head = new ResponseHead();
      head.status(status);
      callback.onResponse(head, body);
    }
  }

  Sent last() {
    return sent.getLast();
  }

  @Override
  public Runnable send(Spec spec, Callback callback) {
    Sent one = new Sent(spec, callback);
    sent.add(one);
    return () -> one.cancelled = true;
  }
}
