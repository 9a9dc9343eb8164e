package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.EndpointSet;

/**
 * Gives each hash an order of the endpoints in which they are asked: the first serves, the others
 * step in when it cannot. Computed from the members, whatever their health, so that one that fails
 * and comes back moves no other's requests (U13). Immutable.
 */
interface HashTable {
  /** The version of the set that it was computed from. */
  long version();

  /** Number of positions. */
  int size();

  /** Where the hash of a key falls. */
  int position(byte[] digest);

  /**
   * Index in the set of the endpoint at a position; the next one to ask stands at the next
   * position, around.
   */
  int endpoint(int position);

  /** Makes a table of the members of a set. */
  interface Maker {
    HashTable make(EndpointSet endpoints);
  }
}
