// Paths into documents: JSON Pointer (RFC 6901), and setting without changing the original.

const escape = (key) => String(key).replace(/~/g, "~0").replace(/\//g, "~1");

export const format = (keys) => keys.map((key) => `/${escape(key)}`).join("");

/** A copy in which `keys` leads to `next`; undefined removes. */
export function set(value, keys, next) {
  if (keys.length === 0) return next;
  const [key, ...rest] = keys;
  if (Array.isArray(value)) {
    const copy = value.slice();
    if (next === undefined && rest.length === 0) copy.splice(Number(key), 1);
    else copy[Number(key)] = set(copy[Number(key)], rest, next);
    return copy;
  }
  const copy = { ...(value ?? {}) };
  const inner = set(copy[key], rest, next);
  if (inner === undefined) delete copy[key];
  else copy[key] = inner;
  return copy;
}

export const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
