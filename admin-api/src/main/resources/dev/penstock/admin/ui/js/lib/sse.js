// Server-sent events over fetch, since EventSource cannot send the Authorization field.

/** Splits a stream of text into events, wherever the pieces were cut. */
export class EventParser {
  #rest = "";
  #event = { type: "message", data: [], id: undefined };

  /** @returns {{ type: string, data: string, id?: string }[]} the events that `text` completes */
  push(text) {
    const done = [];
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    for (const line of lines) {
      if (line === "") {
        if (this.#event.data.length) {
          const { type, data, id } = this.#event;
          done.push({ type, data: data.join("\n"), ...(id === undefined ? {} : { id }) });
        }
        this.#event = { type: "message", data: [], id: undefined };
        continue;
      }
      const colon = line.indexOf(":");
      if (colon === 0) continue;
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "event") this.#event.type = value;
      else if (field === "data") this.#event.data.push(value);
      else if (field === "id") this.#event.id = value;
    }
    return done;
  }
}

/**
 * Keeps a stream open until `signal` aborts: reconnects with growing pauses, continues after the last event's id.
 *
 * @param {(lastId: string | undefined, signal: AbortSignal) => Promise<Response>} open
 * @param {{ onEvent: (event: { type: string, data: any, id?: string }) => void,
 *           onState: (state: "connecting" | "open" | "waiting" | "refused", problem?: Error) => void }} listener
 */
export async function follow(open, listener, signal) {
  let lastId;
  let failures = 0;
  while (!signal.aborted) {
    listener.onState("connecting");
    try {
      const response = await open(lastId, signal);
      failures = 0;
      listener.onState("open");
      const parser = new EventParser();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        for (const event of parser.push(value)) {
          if (event.id !== undefined) lastId = event.id;
          listener.onEvent({ ...event, data: json(event.data) });
        }
      }
    } catch (problem) {
      if (signal.aborted) return;
      // 4xx will not get better by asking again; all but "too many" of them.
      if (problem.status >= 400 && problem.status < 500 && problem.status !== 429) {
        listener.onState("refused", problem);
        return;
      }
      listener.onState("waiting", problem);
    }
    if (signal.aborted) return;
    const pause = Math.min(30_000, 500 * 2 ** failures++);
    await sleep(pause * (0.75 + Math.random() / 2), signal);
  }
}

function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function sleep(millis, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, millis);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
