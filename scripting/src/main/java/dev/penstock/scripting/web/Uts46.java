package dev.penstock.scripting.web;

import java.text.Normalizer;
import org.jspecify.annotations.Nullable;

/**
 * Domain to ASCII as URLs need it (URL §3.3, UTS #46 §4): non-transitional, with CheckBidi and
 * CheckJoiners, without CheckHyphens, STD3 rules and length limits.
 */
final class Uts46 {
  private static final int ZWNJ = 0x200c;
  private static final int ZWJ = 0x200d;

  private Uts46() {}

  /**
   * @return null when the domain is not valid
   */
  static @Nullable String toAscii(String domain) {
    Uts46Table table = Uts46Table.get();
    StringBuilder mapped = new StringBuilder(domain.length());
    for (int i = 0; i < domain.length(); ) {
      int c = domain.codePointAt(i);
      i += Character.charCount(c);
      if (!table.map(c, mapped)) return null;
    }
    String[] labels = Normalizer.normalize(mapped, Normalizer.Form.NFC).split("\\.", -1);
    boolean isBidi = false;
    for (int i = 0; i < labels.length; i++) {
      String label = labels[i];
      if (label.startsWith("xn--")) {
        label = Punycode.decode(label.substring(4));
        if (label == null || isAscii(label)) return null;
      }
      if (!isValid(label, table)) return null;
      labels[i] = label;
      isBidi |= BidiRule.isBidi(label);
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < labels.length; i++) {
      if (isBidi && !BidiRule.isKept(labels[i])) return null;
      if (i > 0) out.append('.');
      if (isAscii(labels[i])) out.append(labels[i]);
      else out.append("xn--").append(Punycode.encode(labels[i]));
    }
    return out.toString();
  }

  private static boolean isAscii(String s) {
    for (int i = 0; i < s.length(); i++) {
      if (s.charAt(i) > 127) return false;
    }
    return true;
  }

  private static boolean isValid(String label, Uts46Table table) {
    if (label.isEmpty()) return true;
    if (label.startsWith("xn--") || !Normalizer.isNormalized(label, Normalizer.Form.NFC))
      return false;
    int first = label.codePointAt(0);
    int type = Character.getType(first);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.COMBINING_SPACING_MARK) {
      return false;
    }
    for (int i = 0; i < label.length(); ) {
      int c = label.codePointAt(i);
      if (c == '.' || !table.isValid(c)) return false;
      if ((c == ZWNJ || c == ZWJ) && !isJoinerAllowed(label, i, table)) return false;
      i += Character.charCount(c);
    }
    return true;
  }

  /** RFC 5892, appendix A.1 and A.2. */
  private static boolean isJoinerAllowed(String label, int at, Uts46Table table) {
    if (at == 0) return false;
    if (table.isVirama(label.codePointBefore(at))) return true;
    if (label.charAt(at) == ZWJ) return false;
    int before = at;
    char joining = 'T';
    while (before > 0 && joining == 'T') {
      int c = label.codePointBefore(before);
      before -= Character.charCount(c);
      joining = table.joiningType(c);
    }
    if (joining != 'L' && joining != 'D') return false;
    joining = 'T';
    for (int after = at + 1; after < label.length() && joining == 'T'; ) {
      int c = label.codePointAt(after);
      after += Character.charCount(c);
      joining = table.joiningType(c);
    }
    return joining == 'R' || joining == 'D';
  }
}
