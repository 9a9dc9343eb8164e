package dev.penstock.plugins.rewrite;

import dev.penstock.engine.spi.Config.Bytes;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.Config.Shorthand;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.plugins.rules.When;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Texts in response bodies and what takes their place. */
@Doc(
    "Replaces texts in the bodies of responses while they stream. Content-Length goes, ETag becomes weak. What is encoded"
        + " (gzip, br), partial (206) or marked no-transform passes unchanged; upstreams are asked for neither.")
public record ReplaceBodyConfig(
    @Doc("What is replaced; each rule works on what the one before has left.") @Shorthand
        List<Rule> replace,
    @Doc("Media types this is about; text/* stands for all that begin so.")
        @Default(
            "[ text/*, application/json, application/javascript, application/xml, application/xhtml+xml, image/svg+xml ]")
        List<String> types,
    @Doc("The character set of responses that name none.") @Default("utf-8") String charset,
    @Doc("On which exchanges.") @Default("{}") When when,
    @Doc(
            "Longest line, in bytes, in which an expression is looked for; a longer one is cut into pieces of this size.")
        @Default("16KiB")
        @Bytes
        @Range("64..1MiB")
        int maxLine,
    @Doc("By how much a body may grow; beyond, the response is broken off.")
        @Default("16MiB")
        @Bytes
        @Range("0..")
        long maxGrowth) {

  /** One text and what takes its place. */
  @Doc("A text, or an expression, and what takes its place.")
  public record Rule(
      @Doc("A text, looked for as it stands.") @Nullable String find,
      @Doc("An expression (RE2 syntax), looked for in each line.") @Nullable String regex,
      @Doc(
              "What takes its place; for an expression $1 is a group, $0 the whole match, $$ a dollar.")
          String with) {

    public Rule {
      if ((find == null) == (regex == null))
        throw new ConfigException("write either \"find\" or \"regex\"");
      if (find != null && find.isEmpty())
        throw new ConfigException("an empty text is found everywhere");
      if (with.length() > 65_536) throw new ConfigException("\"with\" is longer than 64 KiB");
      if (regex != null) ExpressionStage.check(regex, with);
    }
  }

  public ReplaceBodyConfig {
    replace = List.copyOf(replace);
    types = List.copyOf(types);
    if (replace.isEmpty()) throw new ConfigException("nothing is replaced; add a rule");
    if (Charsets.find(charset) == null) {
      throw new ConfigException(
          "charset: \"%s\" is not supported; known: utf-8, us-ascii, iso-8859-*, windows-125*"
              .formatted(charset));
    }
  }
}
