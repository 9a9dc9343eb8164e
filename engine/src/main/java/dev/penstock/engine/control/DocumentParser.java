package dev.penstock.engine.control;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Turns the text of one YAML 1.2 document, of which JSON is a part, into {@link Node}s.
 *
 * <p>Built from parser events, without recursion and with every limit kept while reading: neither
 * deep nesting nor aliases of aliases can use more than the limits say.
 */
final class DocumentParser {
  static final int MAX_CHARS = 8 << 20;
  static final int MAX_DEPTH = 64;
  static final int MAX_NODES = 1_000_000;

  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setUseMarks(true)
          .setCodePointLimit(MAX_CHARS)
          .setParseComments(false)
          .build();

  private final Problems problems;
  private final Map<String, Anchored> anchors = new HashMap<>();
  private final Deque<Frame> open = new ArrayDeque<>();
  private long nodes;
  private @Nullable Node root;

  private DocumentParser(Problems problems) {
    this.problems = problems;
  }

  /** A finished node that an alias may stand for, with what it weighs. */
  private record Anchored(Node node, long nodes, int height) {}

  /** A list or mapping that has not ended. */
  private static final class Frame {
    final @Nullable String anchor;
    final Place place;
    final boolean isMapping;
    final long nodesBefore;
    final List<Node> items = new ArrayList<>();
    final List<Node.Field> fields = new ArrayList<>();
    final Map<String, Place> seen = new HashMap<>();
    Node.@Nullable Scalar key;
    boolean skipsValue;
    boolean isBroken;
    int height;

    Frame(@Nullable String anchor, Place place, boolean isMapping, long nodesBefore) {
      this.anchor = anchor;
      this.place = place;
      this.isMapping = isMapping;
      this.nodesBefore = nodesBefore;
    }
  }

  /** Stops reading: what follows could not be understood. */
  private static final class Stop extends RuntimeException {
    Stop() {
      super(null, null, false, false);
    }
  }

  /** The document, or null when it could not be read to its end; {@code problems} knows why. */
  static @Nullable Node parse(String text, Problems problems) {
    if (text.length() > MAX_CHARS) {
      problems.add(
          Place.START,
          "",
          "the document has more than " + Units.formatBytes(MAX_CHARS),
          "configurations are smaller");
      return null;
    }
    DocumentParser parser = new DocumentParser(problems);
    try {
      for (Event event : new Parse(SETTINGS).parseString(text)) parser.on(event);
    } catch (Stop e) {
      return null;
    } catch (MarkedYamlEngineException e) {
      Place place = place(e.getProblemMark().or(e::getContextMark));
      problems.add(place, "", "this is not YAML: " + sentence(e), remedyFor(e, text, place));
      return null;
    } catch (ReaderException e) {
      problems.add(
          placeOf(text, e.getPosition()),
          "",
          "the character U+%04X may not stand in YAML".formatted(e.getCodePoint()),
          "write it as \"\\u%04x\" in double quotes".formatted(e.getCodePoint()));
      return null;
    } catch (YamlEngineException e) {
      problems.add(Place.START, "", "this is not YAML: " + e.getMessage(), "");
      return null;
    }
    return parser.root == null ? new Node.Scalar("", "", true, Place.START) : parser.root;
  }

  private void on(Event event) {
    switch (event.getEventId()) {
      case DocumentStart -> {
        if (root != null)
          throw stop(
              place(event.getStartMark()),
              "a second document begins here",
              "a configuration is one document: remove the line ---");
      }
      case Scalar -> onScalar((ScalarEvent) event);
      case Alias -> onAlias((AliasEvent) event);
      case SequenceStart, MappingStart -> onStart((CollectionStartEvent) event);
      case SequenceEnd, MappingEnd -> onEnd();
      case StreamStart, StreamEnd, DocumentEnd, Comment -> {}
    }
  }

  private void onScalar(ScalarEvent event) {
    Place place = place(event.getStartMark());
    event.getTag().ifPresent(tag -> refuseTag(tag, place));
    count(1, place);
    Node.Scalar node = new Node.Scalar(event.getValue(), event.getValue(), event.isPlain(), place);
    anchor(event).ifPresent(name -> anchors.put(name, new Anchored(node, 1, 0)));
    add(node, 0);
  }

  private void onAlias(AliasEvent event) {
    Place place = place(event.getStartMark());
    String name = event.getAlias().getValue();
    Anchored anchored = anchors.get(name);
    if (anchored == null)
      throw stop(
          place,
          "there is no finished value &" + name + " before this alias",
          "an alias *name repeats a value &name that stands above it");
    count(anchored.nodes, place);
    if (open.size() + anchored.height > MAX_DEPTH) throw tooDeep(place);
    add(anchored.node, anchored.height);
  }

  private void onStart(CollectionStartEvent event) {
    Place place = place(event.getStartMark());
    event.getTag().ifPresent(tag -> refuseTag(tag, place));
    count(1, place);
    if (open.size() >= MAX_DEPTH) throw tooDeep(place);
    Frame parent = open.peek();
    if (parent != null && parent.isMapping && parent.key == null)
      throw stop(
          place,
          "a key must be text, not a list or a mapping",
          "if this is a template placeholder, put it in quotes");
    open.push(
        new Frame(
            anchor(event).orElse(null),
            place,
            event.getEventId() == Event.ID.MappingStart,
            nodes - 1));
  }

  private void onEnd() {
    Frame frame = open.pop();
    Node node =
        frame.isMapping
            ? new Node.Fields(List.copyOf(frame.fields), frame.place)
            : new Node.Items(List.copyOf(frame.items), frame.place);
    if (frame.isBroken) node = new Node.Broken(frame.place);
    int height = frame.height + 1;
    if (frame.anchor != null)
      anchors.put(frame.anchor, new Anchored(node, nodes - frame.nodesBefore, height));
    add(node, height);
  }

  private void add(Node node, int height) {
    Frame frame = open.peek();
    if (frame == null) {
      root = node;
      return;
    }
    frame.height = Math.max(frame.height, height);
    if (!frame.isMapping) {
      frame.items.add(node);
    } else if (frame.key == null) {
      if (!(node instanceof Node.Scalar key))
        throw stop(node.place(), "a key must be text, not " + node.kind(), "");
      frame.key = key;
      frame.skipsValue = !isNewKey(frame, key);
    } else {
      if (!frame.skipsValue)
        frame.fields.add(new Node.Field(frame.key.text(), frame.key.place(), node));
      frame.key = null;
    }
  }

  private boolean isNewKey(Frame frame, Node.Scalar key) {
    if (key.isPlain() && key.text().equals("<<")) {
      frame.isBroken = true;
      problems.add(
          key.place(),
          path(),
          "there is no merge key << in YAML 1.2",
          "repeat the keys, or use an alias for the whole value");
      return false;
    }
    if (key.text().contains("${")) {
      problems.add(
          key.place(),
          path(),
          "the key " + Names.quote(key.text()) + " holds ${: substitution works in values only",
          "write the key out");
      return false;
    }
    Place first = frame.seen.putIfAbsent(key.text(), key.place());
    if (first == null) return true;
    problems.add(
        key.place(),
        path(),
        "the key " + Names.quote(key.text()) + " stands twice, first on line " + first.line(),
        "remove or rename one of them");
    return false;
  }

  /** Where the innermost open mapping is. */
  private ConfigPath path() {
    ConfigPath path = ConfigPath.ROOT;
    List<Frame> outerFirst = new ArrayList<>(open).reversed();
    for (Frame frame : outerFirst.subList(0, outerFirst.size() - 1)) {
      path =
          frame.isMapping && frame.key != null
              ? path.key(frame.key.text())
              : path.index(frame.items.size());
    }
    return path;
  }

  private void count(long more, Place place) {
    nodes += more;
    if (nodes > MAX_NODES)
      throw stop(
          place,
          "the document has more than " + MAX_NODES + " values, aliases counted each time",
          "use fewer aliases");
  }

  private void refuseTag(String tag, Place place) {
    problems.add(
        place,
        "",
        "the tag " + Names.quote(tag.replace("tag:yaml.org,2002:", "!!")) + " has no meaning here",
        "remove it: the type follows from the key");
  }

  private Stop tooDeep(Place place) {
    return stop(place, "values are nested more than " + MAX_DEPTH + " deep", "");
  }

  private Stop stop(Place place, String message, String remedy) {
    problems.add(place, "", message, remedy);
    return new Stop();
  }

  private static Optional<String> anchor(NodeEvent event) {
    return event.getAnchor().map(anchor -> anchor.getValue());
  }

  private static Place place(Optional<Mark> mark) {
    return mark.map(m -> new Place(m.getLine() + 1, m.getColumn() + 1)).orElse(Place.START);
  }

  private static Place placeOf(String text, int index) {
    int line = 1;
    int lineStart = 0;
    int end = Math.min(index, text.length());
    for (int i = 0; i < end; i++) {
      if (text.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    return new Place(line, end - lineStart + 1);
  }

  private static String sentence(MarkedYamlEngineException e) {
    if (isTab(e)) return "a tab cannot indent";
    String context = e.getContext();
    String problem = e.getProblem() == null ? "malformed" : e.getProblem();
    return context == null ? problem : context + ", " + problem;
  }

  private static boolean isTab(MarkedYamlEngineException e) {
    return e.getProblem() != null && e.getProblem().contains("TAB");
  }

  private static String remedyFor(MarkedYamlEngineException e, String document, Place place) {
    String problem = String.valueOf(e.getProblem());
    if (isTab(e)) return "use spaces";
    String line = document.lines().skip(place.line() - 1L).findFirst().orElse("");
    // { is a plain character of a block, but opens a mapping within [ ] and { }.
    if (problem.endsWith("but got {") && line.contains("${"))
      return "put \"${…}\" in quotes within [ ] and { }";
    if (problem.contains("mapping values are not allowed"))
      return "put a text that holds \": \" in quotes; check the indentation";
    if (problem.contains("<block end>"))
      return "check the indentation of this line and the one above";
    if (problem.contains("cannot start any token")) return "put the text in quotes";
    return "";
  }
}
