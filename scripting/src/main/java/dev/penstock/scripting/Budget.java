package dev.penstock.scripting;

/** What a script may use only so much of. */
enum Budget {
  CPU("cpu", "used more CPU time than its limit"),
  ALLOCATION("allocation", "allocated more bytes than its limit"),
  WALL("wall", "waited longer than its limit"),
  STUCK("stuck", "could not be stopped and lost its context");

  private final String text;
  private final String sentence;

  Budget(String text, String sentence) {
    this.text = text;
    this.sentence = sentence;
  }

  /** For metrics. */
  String text() {
    return text;
  }

  /** For logs: what the script did. */
  String sentence() {
    return sentence;
  }
}
