package dev.penstock.scripting.web;

/** ISO-2022-JP (Encoding §12.2). */
final class Iso2022JpDecoder extends BytewiseDecoder {
  private enum State {
    ASCII,
    ROMAN,
    KATAKANA,
    LEAD,
    TRAIL,
    ESCAPE_START,
    ESCAPE
  }

  private static final int ESC = 0x1b;

  private final PairTable jis0208 = PairTable.jis0208();
  private State state = State.ASCII;
  private State outputState = State.ASCII;
  private int lead;
  // Whether the last thing was an escape sequence: two in a row are an error.
  private boolean hasJustEscaped;

  @Override
  int take(int b) {
    return switch (state) {
      case ESCAPE_START -> escapeStart(b);
      case ESCAPE -> escape(b);
      case TRAIL -> trail(b);
      case ASCII, ROMAN, KATAKANA, LEAD -> {
        if (b == END) yield END;
        if (b == ESC) {
          state = State.ESCAPE_START;
          yield MORE;
        }
        hasJustEscaped = false;
        yield plain(b);
      }
    };
  }

  private int plain(int b) {
    switch (state) {
      case KATAKANA -> {
        return isIn(b, 0x21, 0x5f) ? 0xff61 - 0x21 + b : ERROR;
      }
      case LEAD -> {
        if (!isIn(b, 0x21, 0x7e)) return ERROR;
        lead = b;
        state = State.TRAIL;
        return MORE;
      }
      default -> {
        if (b > 0x7f || b == 0x0e || b == 0x0f) return ERROR;
        if (state == State.ROMAN && b == 0x5c) return 0xa5;
        if (state == State.ROMAN && b == 0x7e) return 0x203e;
        return b;
      }
    }
  }

  private int trail(int b) {
    if (b == ESC) {
      state = State.ESCAPE_START;
      return ERROR;
    }
    state = State.LEAD;
    if (!isIn(b, 0x21, 0x7e)) return ERROR;
    int found = jis0208.ofJis0208(lead - 0x21, b - 0x21);
    return found == PairTable.NONE ? ERROR : found;
  }

  private int escapeStart(int b) {
    if (b == '$' || b == '(') {
      lead = b;
      state = State.ESCAPE;
      return MORE;
    }
    restore(b);
    hasJustEscaped = false;
    state = outputState;
    return ERROR;
  }

  private int escape(int b) {
    State next = null;
    if (lead == '(') {
      if (b == 'B') next = State.ASCII;
      else if (b == 'J') next = State.ROMAN;
      else if (b == 'I') next = State.KATAKANA;
    } else if (b == '@' || b == 'B') {
      next = State.LEAD;
    }
    if (next != null) {
      state = outputState = next;
      boolean isSecond = hasJustEscaped;
      hasJustEscaped = true;
      return isSecond ? ERROR : MORE;
    }
    restore(b);
    restore(lead);
    hasJustEscaped = false;
    state = outputState;
    return ERROR;
  }
}
