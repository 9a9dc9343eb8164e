package dev.penstock.scripting.web;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.util.HashMap;
import java.util.Map;

/**
 * The indexes of the Encoding Standard §5, looked up in the JDK's charsets, which hold the same
 * tables but for a few places; those are here. One character at a time: rarely used text is not
 * worth a megabyte of tables in memory.
 */
final class PairTable {
  /** What a lookup answers when the index has nothing there. */
  static final int NONE = -1;

  private static final String BIG5_DIFFERENCES =
      """
      8e69箸 8e6f簆 8e7e糎 8eab緒 8eb4縝 8ecd者 8ed0耨 8f57菁 8f69蒨 8f6e萏 8fcb覦 8fcc覩 8ffe起 906d都 907a銹
      90dc靜 90f1響 91bf鼖 9244蔃 92af兙 92b0兛 92b1兝 92b2兞 92c8鍮 92d1瑹 9447浧 94ca禛 95d9邗 9644靝 96ed瀞
      96fc嬨 9b76爁 9b78矗 9b7b纇 9bc6駖 9bde釔 9bec惞 9bf6澶 9c42輶 9c53侻 9c62營 9c68鄄 9c6b鷰 9c77菏 9cbc尐
      9cbd秣 9cd0婧 9d57輋 9d5a筑 9dc4拐 9ea9恢 9eef痹 9efd汊 9f60鬮 9f66鼗 9fcb僭 9fd8弌 a063蠏 a077拎 a0d5瑨
      a0df煢 a0e4牐 a145‧ a14e﹑ a15a╴ a1c2¯ a1c3￣ a3e1€ a1c5ˍ a1e3～ a1f2⊕ a1f3⊙ a1fe／ a240＼ a241∕ a242﹨ a244￥ a246￠
      a247￡ c6cf廴 c6d3无 c6d5癶 c6d7隶 c6de〃 c6df仝 fa5f倩 fa66偽 fabd包 fac5卄 fad5卿 fb48嘅 fbb8婷 fbf3幵
      fbf9廐 fc4f彘 fc6c悤 fcb9撐 fce2晴 fcf1杞 fdb7沜 fdb8渝 fdbb港 fdf1煮 fe52猪 fe6f瑜 feaa瓩 fedd砉
      """;
  private static final Map<Integer, Integer> BIG5 = new HashMap<>();

  static {
    for (String entry : BIG5_DIFFERENCES.split("\\s+")) {
      BIG5.put(Integer.parseInt(entry, 0, 4, 16), entry.codePointAt(4));
    }
  }

  private final CharsetDecoder decoder;
  private final ByteBuffer in = ByteBuffer.allocate(4);

  private PairTable(String charset) {
    decoder = Charset.forName(charset).newDecoder();
  }

  static PairTable gb18030() {
    return new PairTable("GB18030");
  }

  static PairTable big5() {
    return new PairTable("Big5-HKSCS");
  }

  static PairTable jis0208() {
    return new PairTable("windows-31j");
  }

  static PairTable jis0212() {
    return new PairTable("EUC-JP");
  }

  static PairTable eucKr() {
    return new PairTable("x-windows-949");
  }

  private int ask(int length) {
    try {
      String text = decoder.decode(in.position(0).limit(length)).toString();
      return text.codePointCount(0, text.length()) == 1 ? text.codePointAt(0) : NONE;
    } catch (CharacterCodingException notThere) {
      return NONE;
    } finally {
      in.clear();
    }
  }

  private int pair(int lead, int trail) {
    in.put(0, (byte) lead).put(1, (byte) trail);
    return ask(2);
  }

  int ofGb18030(int lead, int trail) {
    // An ideographic space of old fonts; the JDK has a private use character there.
    return lead == 0xa3 && trail == 0xa0 ? 0x3000 : pair(lead, trail);
  }

  int ofGb18030(int first, int second, int third, int fourth) {
    int all = first << 24 | second << 16 | third << 8 | fourth;
    // Characters that Unicode has got since: places of GB 18030-2022, private use in the JDK.
    if (all >= 0x82359037 && all <= 0x82359039) return 0x9fb4 + all - 0x82359037;
    if (all >= 0x82359130 && all <= 0x82359134) return 0x9fb7 + all - 0x82359130;
    if (all >= 0x84318236 && all <= 0x84318239) return 0xfe10 + all - 0x84318236;
    if (all >= 0x84318330 && all <= 0x84318335) return 0xfe14 + all - 0x84318330;
    in.putInt(0, all);
    return ask(4);
  }

  int ofBig5(int lead, int trail) {
    // Pictures of control characters, one by one.
    if (lead == 0xa3 && trail >= 0xc0 && trail <= 0xe0)
      return trail == 0xe0 ? 0x2421 : 0x2400 + trail - 0xc0;
    Integer other = BIG5.get(lead << 8 | trail);
    return other != null ? other : pair(lead, trail);
  }

  /** By row and cell, each counted from 0; rows up to 119. */
  int ofJis0208(int row, int cell) {
    int pointer = row * 94 + cell;
    int lead = pointer / 188;
    int trail = pointer % 188;
    return pair(lead + (lead < 0x1f ? 0x81 : 0xc1), trail + (trail < 0x3f ? 0x40 : 0x41));
  }

  int ofJis0212(int lead, int trail) {
    in.put(0, (byte) 0x8f).put(1, (byte) lead).put(2, (byte) trail);
    return ask(3);
  }

  int ofEucKr(int lead, int trail) {
    int found = pair(lead, trail);
    // The JDK fills the rows for users with private use characters.
    return found >= 0xe000 && found <= 0xf8ff ? NONE : found;
  }
}
