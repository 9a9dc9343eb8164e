// What views share: reading from the API with its loading, stale and failed states; listening; remembering.

import { useCallback, useEffect, useMemo, useRef, useState } from "./preact.js";
import { events } from "./live.js";
import { session } from "./session.js";

/**
 * Reads with `load(signal)`, again when `deps` change, on `reload()`, and every `everyMillis` while the page is seen.
 * What was read stays while newer is on its way, so that nothing flickers.
 *
 * @returns {{ data: any, problem: Error | null, loading: boolean, reload: () => void, set: (data: any) => void }}
 */
export function useResource(load, deps, { everyMillis } = {}) {
  const [state, setState] = useState({ data: undefined, problem: null, loading: true });
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  const key = JSON.stringify(deps);
  const keyBefore = useRef(key);

  useEffect(() => {
    const abort = new AbortController();
    const isOther = keyBefore.current !== key;
    keyBefore.current = key;
    setState((before) => ({ data: isOther ? undefined : before.data, problem: isOther ? null : before.problem, loading: true }));
    latest.current(abort.signal).then(
      (data) => !abort.signal.aborted && setState({ data, problem: null, loading: false }),
      (problem) => !abort.signal.aborted && setState((before) => ({ data: before.data, problem, loading: false })));
    return () => abort.abort();
  }, [key, turn]);

  const reload = useCallback(() => setTurn((before) => before + 1), []);
  useEffect(() => {
    if (!everyMillis) return undefined;
    const timer = setInterval(() => document.visibilityState === "visible" && reload(), everyMillis);
    return () => clearInterval(timer);
  }, [everyMillis, reload]);
  const set = useCallback((data) => setState({ data, problem: null, loading: false }), []);
  return { ...state, reload, set };
}

/** Calls `listener(event)` for events of the gateway whose type begins with one of `prefixes`. */
export function useEvents(prefixes, listener) {
  const latest = useRef(listener);
  latest.current = listener;
  const key = prefixes.join();
  useEffect(() => events.listen((event) => {
    if (!key || key.split(",").some((prefix) => event.type.startsWith(prefix))) latest.current(event);
  }), [key]);
}

export function useStore(store, read) {
  const [, redraw] = useState(0);
  useEffect(() => store.subscribe(() => redraw((before) => before + 1)), [store]);
  return read();
}

export const useMe = () => useStore(session, () => session.me);

/** A value that follows `value` when it has been still for a moment. */
export function useSettled(value, millis = 180) {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), millis);
    return () => clearTimeout(timer);
  }, [value, millis]);
  return settled;
}

/** A value kept on this device, for choices of taste. */
export function useKept(name, initial) {
  const key = `penstock.${name}`;
  const first = useMemo(() => {
    try {
      return JSON.parse(localStorage.getItem(key)) ?? initial;
    } catch {
      return initial;
    }
  }, [key]);
  const [value, setValue] = useState(first);
  const keep = useCallback((next) => {
    setValue(next);
    try {
      localStorage.setItem(key, JSON.stringify(next));
    } catch {
      // Kept as long as the page then.
    }
  }, [key]);
  return [value, keep];
}

export function useSize(ref) {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    if (!ref.current) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry.contentRect;
      setSize((before) => (before.width === width && before.height === height ? before : { width, height }));
    });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return size;
}

export function useTitle(title) {
  useEffect(() => {
    document.title = title ? `${title} · Penstock` : "Penstock";
  }, [title]);
}
