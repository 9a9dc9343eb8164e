package dev.penstock.scripting;

import dev.penstock.engine.spi.BodyPart;
import dev.penstock.engine.spi.Phase;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads the parts of a body as UTF-8; a character that two parts share comes with the second. */
final class TextParts {
  private @Nullable CharsetDecoder decoder;
  private @Nullable Phase decoding;
  private byte[] rest = new byte[0];

  /** Call once per part. */
  String decode(Phase phase, BodyPart part) {
    CharsetDecoder current = decoder;
    if (current == null || decoding != phase) {
      current =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPLACE)
              .onUnmappableCharacter(CodingErrorAction.REPLACE);
      decoder = current;
      decoding = phase;
      rest = new byte[0];
    }
    ByteBuffer bytes = part.bytes().duplicate();
    ByteBuffer in =
        ByteBuffer.allocate(rest.length + bytes.remaining()).put(rest).put(bytes).flip();
    CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
    CoderResult result = current.decode(in, out, part.isLast());
    assert result.isUnderflow();
    if (part.isLast()) {
      current.flush(out);
      decoder = null;
    }
    rest = new byte[in.remaining()];
    in.get(rest);
    return out.flip().toString();
  }
}
