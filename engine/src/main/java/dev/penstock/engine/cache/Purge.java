package dev.penstock.engine.cache;

import org.jspecify.annotations.Nullable;

/**
 * What is to leave a cache (C15).
 *
 * @param text a key, the beginning of keys, or a tag; empty for all
 * @param isSoft whether it stays as stale, to be asked about and to stand in for errors
 */
public record Purge(Kind kind, String text, boolean isSoft) {
  /** How it is named. */
  public enum Kind {
    ALL,
    KEY,
    PREFIX,
    TAG
  }

  boolean coversKey(String key) {
    return switch (kind) {
      case ALL, TAG -> true;
      case KEY -> key.equals(text);
      case PREFIX -> key.startsWith(text);
    };
  }

  boolean coversTags(StoredResponse stored) {
    return kind != Kind.TAG || stored.tags().contains(text);
  }

  /** What is left of a bucket whose key is covered; the same one when nothing has changed. */
  Bucket of(Bucket bucket, long nowMillis) {
    Bucket left = bucket;
    for (int i = bucket.size() - 1; i >= 0; i--) {
      StoredResponse each = bucket.response(i);
      if (!coversTags(each)) continue;
      @Nullable StoredResponse after = isSoft ? each.softPurged(nowMillis) : null;
      left = left.replaced(each, after);
    }
    return left;
  }
}
