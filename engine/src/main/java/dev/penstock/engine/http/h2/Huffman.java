package dev.penstock.engine.http.h2;

/**
 * The Huffman code of RFC 7541 Appendix B. It is canonical: within a length codes count up in the
 * order of symbols, so lengths are all that need be written down.
 */
final class Huffman {
  private static final int EOS = 256;
  private static final int MAX_BITS = 30;

  /** Codes of up to so many bits are found in one step; they cover nearly all text of heads. */
  private static final int FAST_BITS = 8;

  private static final String LENGTHS =
      // One letter for each symbol, from 0 to 256: 'a' stands for a length of 5, 'z' for 30.
      "isxxxxxxxtzxxzxxxxxxxxzxxxxxxxxx"
          + "bffhibdgffdgdbbbaaabbbbbbbcdkbhf"
          + "ibccccccccccccccccccccccdcdioijb"
          + "kabababbbaccbbbabcbaabccccckgjix"
          + "prpprrrsrssssststtrstssssqrsrsst"
          + "rqprrssqsrrtqrssqqrqsrssprrrsrrs"
          + "vvporsruvvvwwvtuoqvwwvwtqqvvxwww"
          + "ptpqrqqsrruuttvsvwvvwwwwwxwwwwwv"
          + "z";

  private static final int[] CODES = new int[EOS + 1];
  private static final byte[] BITS = new byte[EOS + 1];
  private static final short[] FAST = new short[1 << FAST_BITS];
  private static final int[] FIRST_CODE = new int[MAX_BITS + 1];
  private static final int[] FIRST_RANK = new int[MAX_BITS + 1];
  private static final int[] COUNT = new int[MAX_BITS + 1];
  private static final short[] BY_RANK = new short[EOS + 1];

  static {
    for (int symbol = 0; symbol <= EOS; symbol++)
      BITS[symbol] = (byte) (LENGTHS.charAt(symbol) - 'a' + 5);
    int code = 0;
    int rank = 0;
    for (int bits = 1; bits <= MAX_BITS; bits++) {
      code <<= 1;
      FIRST_CODE[bits] = code;
      FIRST_RANK[bits] = rank;
      for (int symbol = 0; symbol <= EOS; symbol++) {
        if (BITS[symbol] != bits) continue;
        BY_RANK[rank++] = (short) symbol;
        COUNT[bits]++;
        if (bits <= FAST_BITS) fast(symbol, code, bits);
        CODES[symbol] = code++;
      }
    }
  }

  private Huffman() {}

  private static void fast(int symbol, int code, int bits) {
    int from = code << (FAST_BITS - bits);
    int to = (code + 1) << (FAST_BITS - bits);
    for (int i = from; i < to; i++) FAST[i] = (short) (bits << 8 | symbol);
  }

  /** How many bytes these take when they are encoded. */
  static int encodedLength(byte[] b, int at, int length) {
    long bits = 0;
    for (int i = at; i < at + length; i++) bits += BITS[b[i] & 0xff];
    return (int) ((bits + 7) / 8);
  }

  /** Encodes behind what {@code out} holds. */
  static void encode(byte[] b, int at, int length, Output out) {
    out.reserve(encodedLength(b, at, length));
    byte[] into = out.bytes;
    int to = out.length;
    long pending = 0;
    int held = 0;
    for (int i = at; i < at + length; i++) {
      int symbol = b[i] & 0xff;
      pending = pending << BITS[symbol] | CODES[symbol];
      held += BITS[symbol];
      while (held >= 8) into[to++] = (byte) (pending >>> (held -= 8));
    }
    // The code of EOS begins with ones, which fill the last byte.
    if (held > 0) into[to++] = (byte) (pending << (8 - held) | 0xff >>> held);
    out.length = to;
  }

  /** At most so many bytes come out of {@code encoded} ones. */
  static int maxDecodedLength(int encoded) {
    return (int) (encoded * 8L / 5);
  }

  /**
   * Decodes into {@code into}, which has room for {@link #maxDecodedLength}.
   *
   * @return the index behind the last byte written; -1 when this is no Huffman code
   */
  static int decode(byte[] b, int at, int length, byte[] into, int to) {
    int end = at + length;
    long pending = 0;
    int held = 0;
    while (true) {
      while (held <= 56 - 8 && at < end) {
        pending = pending << 8 | b[at++] & 0xff;
        held += 8;
      }
      if (held < FAST_BITS) break;
      int entry = FAST[(int) (pending >>> (held - FAST_BITS)) & 0xff];
      if (entry != 0) {
        into[to++] = (byte) entry;
        held -= entry >> 8;
        continue;
      }
      int found = slow(pending, held);
      if (found < 0) break;
      int symbol = BY_RANK[found];
      if (symbol == EOS) return -1;
      into[to++] = (byte) symbol;
      held -= BITS[symbol];
    }
    // What is left is shorter than the shortest code that could match it, or padding.
    while (held >= 5) {
      int entry = FAST[(int) (pending << (FAST_BITS - Math.min(held, FAST_BITS))) & 0xff];
      if (held >= FAST_BITS || entry == 0 || entry >> 8 > held) break;
      into[to++] = (byte) entry;
      held -= entry >> 8;
    }
    boolean isPadding = held < 8 && (pending & (1 << held) - 1) == (1 << held) - 1;
    return isPadding ? to : -1;
  }

  /** Rank of the symbol whose code of more than eight bits comes next, or -1. */
  private static int slow(long pending, int held) {
    for (int bits = FAST_BITS + 1; bits <= Math.min(held, MAX_BITS); bits++) {
      int code = (int) (pending >>> (held - bits)) & (1 << bits) - 1;
      int offset = code - FIRST_CODE[bits];
      if (offset >= 0 && offset < COUNT[bits]) return FIRST_RANK[bits] + offset;
    }
    return -1;
  }
}
