package dev.penstock.scripting.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.graalvm.shadowed.com.ibm.icu.lang.UCharacter;
import org.graalvm.shadowed.com.ibm.icu.lang.UProperty;
import org.graalvm.shadowed.com.ibm.icu.text.IDNA;
import org.junit.jupiter.api.Test;

/**
 * The table of domain name characters is what ICU computes. The ICU that comes with GraalJS is
 * used; {@link #main} writes the resource anew when its Unicode version has moved on.
 */
class Uts46TableTest {
  // Nothing composes with this letter, and it is valid itself.
  private static final String PREFIX = "\u4e00";
  private static final IDNA ICU =
      IDNA.getUTS46Instance(IDNA.NONTRANSITIONAL_TO_ASCII | IDNA.NONTRANSITIONAL_TO_UNICODE);
  private static final char[] JOINING = {'U', 'C', 'D', 'L', 'R', 'T'};

  @Test
  void theResourceIsWhatIcuSays() throws IOException {
    try (InputStream in = Uts46Table.class.getResourceAsStream(Uts46Table.RESOURCE)) {
      assertThat(in.readAllBytes()).isEqualTo(table());
    }
  }

  public static void main(String[] args) throws IOException {
    Files.write(Path.of(args[0]), table());
  }

  private record Run(int start, int kind, String mapping) {}

  private static Run run(int c) {
    if (c < 128) {
      boolean isUpper = c >= 'A' && c <= 'Z';
      return isUpper
          ? new Run(c, Uts46Table.MAPPED, Character.toString(c | 0x20))
          : new Run(c, Uts46Table.VALID, "");
    }
    if (c >= 0xd800 && c <= 0xdfff) return new Run(c, Uts46Table.DISALLOWED, "");
    String text = Character.toString(c);
    IDNA.Info info = new IDNA.Info();
    StringBuilder out = ICU.nameToUnicode(PREFIX + text, new StringBuilder(), info);
    if (info.getErrors().contains(IDNA.Error.DISALLOWED))
      return new Run(c, Uts46Table.DISALLOWED, "");
    String mapped = out.substring(PREFIX.length());
    if (mapped.isEmpty()) return new Run(c, Uts46Table.IGNORED, "");
    return mapped.equals(text)
        ? new Run(c, Uts46Table.VALID, "")
        : new Run(c, Uts46Table.MAPPED, mapped);
  }

  private static byte[] table() {
    List<Run> runs = new ArrayList<>();
    List<Run> joining = new ArrayList<>();
    List<Integer> viramas = new ArrayList<>();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      addIfNew(runs, run(c));
      addIfNew(
          joining,
          new Run(c, JOINING[UCharacter.getIntPropertyValue(c, UProperty.JOINING_TYPE)], ""));
      if (UCharacter.getCombiningClass(c) == 9) viramas.add(c);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(runs.size());
      for (Run run : runs) {
        out.writeInt(run.start);
        out.writeByte(run.kind);
        if (run.kind == Uts46Table.MAPPED) out.writeUTF(run.mapping);
      }
      out.writeInt(joining.size());
      for (Run run : joining) {
        out.writeInt(run.start);
        out.writeByte(run.kind);
      }
      out.writeInt(viramas.size());
      for (int c : viramas) out.writeInt(c);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void addIfNew(List<Run> runs, Run run) {
    Run last = runs.isEmpty() ? null : runs.getLast();
    if (last == null || last.kind != run.kind || !last.mapping.equals(run.mapping)) runs.add(run);
  }
}
