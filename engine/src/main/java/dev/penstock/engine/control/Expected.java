package dev.penstock.engine.control;

import org.jspecify.annotations.Nullable;

/** What a shape takes, in words for messages, schema and reference. */
final class Expected {
  private Expected() {}

  /** {@code a duration}. */
  static String noun(Shape shape) {
    return switch (shape) {
      case Shape.Text text -> "text";
      case Shape.Flag flag -> "true or false";
      case Shape.Whole whole -> "a whole number";
      case Shape.Size size -> "a size";
      case Shape.Decimal decimal -> "a number";
      case Shape.Share share -> "a share";
      case Shape.Time time -> "a duration";
      case Shape.Choice choice -> "one of " + String.join(", ", choice.words().keySet());
      case Shape.FilePath path -> "a path";
      case Shape.Address address -> "a URI";
      case Shape.Expression expression -> "a regular expression";
      case Shape.Parsed parsed -> "text";
      case Shape.Free free -> "a value";
      case Shape.ListOf list -> "a list";
      case Shape.MapOf map -> "a mapping";
      case Shape.RecordOf record -> "a mapping";
      case Shape.OneOf oneOf -> "one of " + String.join(", ", oneOf.records().keySet());
      case Shape.Offered offered -> "the name of " + Names.one(Registries.kind(offered.factory()));
    };
  }

  /** {@code write a duration such as 5s}. */
  static String remedy(Shape shape) {
    return switch (shape) {
      case Shape.Text text -> "write text; in quotes where it begins with { or [ or holds \": \"";
      case Shape.Flag flag -> "write true or false";
      case Shape.Whole whole -> "write a whole number such as 100";
      case Shape.Size size -> "write " + Units.BYTES_FORM;
      case Shape.Decimal decimal -> "write a number such as 1.5";
      case Shape.Share share -> "write " + Units.SHARE_FORM;
      case Shape.Time time -> "write " + Units.DURATION_FORM;
      case Shape.Choice choice -> "known: " + Names.list(choice.words().keySet());
      case Shape.FilePath path -> "write a path such as conf/site.pem";
      case Shape.Address address -> "write a URI such as \"https://example.com/keys\"";
      case Shape.Expression expression -> "write a regular expression such as '^/v[0-9]+/'";
      case Shape.Parsed parsed -> "write text";
      case Shape.Free free -> "write a value";
      case Shape.ListOf list -> "write a list such as [ " + example(list.element()) + " ]";
      case Shape.MapOf map -> "write a mapping such as { name: " + example(map.value()) + " }";
      case Shape.RecordOf record -> keysOf(record.type());
      case Shape.OneOf oneOf -> "known: " + Names.list(oneOf.records().keySet());
      case Shape.Offered offered -> "write a name, or one key with its settings: { name: { … } }";
    };
  }

  /** As {@link #remedy(Shape)}; where text has a form of its own, what the key says of it. */
  static String remedy(Shape shape, RecordShape.@Nullable Key key) {
    String doc = key == null ? null : key.doc();
    return shape instanceof Shape.Parsed && doc != null
        ? "it takes: " + withoutStop(doc)
        : remedy(shape);
  }

  /** What to do about a missing key. */
  static String remedyForMissing(RecordShape.Key key) {
    String doc = key.doc();
    return doc == null
        ? "add " + key.name() + ": " + example(key.shape())
        : "add it: " + withoutStop(doc);
  }

  private static String withoutStop(String doc) {
    return doc.endsWith(".") ? doc.substring(0, doc.length() - 1) : doc;
  }

  /** A value as it may stand in YAML. */
  static String example(Shape shape) {
    return switch (shape) {
      case Shape.Text text -> "text";
      case Shape.Flag flag -> "true";
      case Shape.Whole whole -> "100";
      case Shape.Size size -> "64KiB";
      case Shape.Decimal decimal -> "1.5";
      case Shape.Share share -> "20%";
      case Shape.Time time -> "5s";
      case Shape.Choice choice -> choice.words().keySet().iterator().next();
      case Shape.FilePath path -> "conf/file";
      case Shape.Address address -> "\"https://example.com\"";
      case Shape.Expression expression -> "'^/v[0-9]+/'";
      case Shape.Parsed parsed -> "\"…\"";
      case Shape.Free free -> "…";
      case Shape.ListOf list -> "[ " + example(list.element()) + " ]";
      case Shape.MapOf map -> "{ name: " + example(map.value()) + " }";
      case Shape.RecordOf record -> {
        RecordShape.Key single = RecordShape.of(record.type()).shorthand();
        yield single == null ? "{ … }" : example(single.shape());
      }
      case Shape.OneOf oneOf -> "{ " + oneOf.records().keySet().iterator().next() + ": { … } }";
      case Shape.Offered offered -> "name";
    };
  }

  private static String keysOf(Class<? extends Record> type) {
    return "write a mapping with keys of " + Names.list(RecordShape.of(type).names());
  }
}
