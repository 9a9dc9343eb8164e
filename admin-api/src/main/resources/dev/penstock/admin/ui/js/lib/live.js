// Streams that several parts of the page share: one connection each, open for as long as somebody listens.

import { stream } from "./api.js";
import { follow } from "./sse.js";

class Topic {
  #path;
  #query;
  #listeners = new Set();
  #stateListeners = new Set();
  #abort = null;
  state = "idle";

  constructor(path, query) {
    this.#path = path;
    this.#query = query;
  }

  listen(listener) {
    this.#listeners.add(listener);
    if (!this.#abort) this.#open();
    return () => {
      this.#listeners.delete(listener);
      // Views come and go within one turn: whoever comes next finds the stream still open.
      setTimeout(() => {
        if (this.#listeners.size === 0) this.close();
      }, 1500);
    };
  }

  onState(listener) {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  close() {
    this.#abort?.abort();
    this.#abort = null;
    this.#tell("idle");
  }

  #open() {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    follow((lastId, inner) => stream(this.#path, this.#query, lastId, inner), {
      onEvent: (event) => this.#listeners.forEach((listener) => listener(event)),
      onState: (state) => !signal.aborted && this.#tell(state),
    }, signal);
  }

  #tell(state) {
    this.state = state;
    this.#stateListeners.forEach((listener) => listener(state));
  }
}

export const events = new Topic("/events");
export const points = new Topic("/series/live");

export function closeAll() {
  events.close();
  points.close();
}
