package dev.penstock.perf.micro;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HttpLimits;
import dev.penstock.engine.http.Methods;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.http.h1.Http1Encoder;
import dev.penstock.engine.http.h1.Http1RequestDecoder;
import dev.penstock.engine.http.h1.Http1ResponseDecoder;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Bytes to heads and heads to bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBench {
  /** Which request. */
  public enum Message {
    SMALL(Heads.SMALL),
    BROWSER(Heads.BROWSER);

    private final String text;

    Message(String text) {
      this.text = text;
    }
  }

  /** The request that is read and written. */
  @State(Scope.Thread)
  public static class Request {
    @Param public Message message = Message.SMALL;

    private final Heads.CountingSink<RequestHead> sink = new Heads.CountingSink<>();
    private final Http1RequestDecoder decoder =
        new Http1RequestDecoder(sink, HttpLimits.DEFAULT, Set.of());
    private final RequestHead head = new RequestHead();
    private final Http1Encoder encoder = new Http1Encoder();
    private ByteBuffer wire = ByteBuffer.allocate(0);
    private RequestHead parsed = head;

    /** Once the parameter is known. */
    @Setup
    public void prepare() {
      wire = Heads.wire(message.text);
      parsed = Heads.request(message.text);
    }
  }

  private final Heads.CountingSink<ResponseHead> responses = new Heads.CountingSink<>();
  private final Http1ResponseDecoder responseDecoder =
      new Http1ResponseDecoder(responses, HttpLimits.DEFAULT, Set.of());
  private final ResponseHead response = new ResponseHead();
  private final ByteBuffer responseWire = Heads.wire(Heads.RESPONSE);

  @Benchmark
  public int decodeRequest(Request state) {
    state.decoder.next(state.head);
    state.decoder.decode(state.wire.rewind());
    return state.sink.messages;
  }

  @Benchmark
  public int encodeRequest(Request state) {
    state.encoder.clear();
    state.encoder.request(state.parsed, BodyFraming.NONE, -1);
    return state.encoder.length();
  }

  @Benchmark
  public int decodeResponse() {
    responseDecoder.next(response, Methods.GET);
    responseDecoder.decode(responseWire.rewind());
    return responses.messages;
  }
}
