package dev.penstock.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is written is read again, and what was changed is not read at all. */
final class StoredFormTest {
  private static Bucket bucket() {
    StoredResponse stored =
        Heads.stored(
            200, "Cache-Control: max-age=60", "ETag: \"a\"", "Cache-Tag: x, y", "A: \u00e4");
    return Bucket.empty().with(stored, 4);
  }

  @Test
  void aBucketIsReadAsItWasWritten() {
    StoredResponse before = bucket().response(0);
    Bucket read = StoredForm.read(StoredForm.write(bucket()));
    assertThat(read).isNotNull();
    StoredResponse after = read.response(0);
    assertThat(after.headers().get("A")).isEqualTo("\u00e4");
    assertThat(after.times()).isEqualTo(before.times());
    assertThat(after.tags()).isEqualTo(List.of("x", "y"));
    assertThat(read.find("r", Heads.fields())).isSameAs(after);
  }

  @Test
  void aByteThatHasChangedMakesAllOfItVoid() {
    byte[] bytes = StoredForm.write(bucket());
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] ^= 1;
      assertThat(StoredForm.read(bytes)).as("byte %d", i).isNull();
      bytes[i] ^= 1;
    }
    assertThat(StoredForm.read(Arrays.copyOf(bytes, bytes.length - 1))).isNull();
    assertThat(StoredForm.read(new byte[0])).isNull();
  }
}
