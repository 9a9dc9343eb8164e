package dev.penstock.engine.control;

/**
 * Where something stands in a document, both counted from 1; columns count code points, as editors
 * do.
 *
 * @param line 1 is the first
 * @param column 1 is the first
 */
public record Place(int line, int column) {
  public static final Place START = new Place(1, 1);
}
