// Paths into documents: JSON Pointer (RFC 6901), reading and setting without changing the original.

export const escape = (key) => String(key).replace(/~/g, "~0").replace(/\//g, "~1");
export const unescape = (token) => token.replace(/~1/g, "/").replace(/~0/g, "~");

export function parse(pointer) {
  if (pointer === "" || pointer === "/") return [];
  return pointer.replace(/^\//, "").split("/").map(unescape);
}

export const format = (keys) => keys.map((key) => `/${escape(key)}`).join("");

/** As people write it: routes.users.filters[0]. */
export function dotted(keys) {
  return keys.reduce((text, key) => {
    if (/^\d+$/.test(String(key))) return `${text}[${key}]`;
    const name = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
    return text ? `${text}.${name}` : name;
  }, "");
}

export function get(value, keys) {
  return keys.reduce((at, key) => (at === null || at === undefined ? undefined : at[key]), value);
}

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

/** RFC 7396: what turns `before` into `after`. Undefined when nothing differs. */
export function mergePatch(before, after) {
  if (isObject(before) && isObject(after)) {
    const patch = {};
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      if (!(key in after)) patch[key] = null;
      else {
        const inner = mergePatch(before[key], after[key]);
        if (inner !== undefined) patch[key] = inner;
      }
    }
    return Object.keys(patch).length ? patch : undefined;
  }
  return JSON.stringify(before) === JSON.stringify(after) ? undefined : after;
}

export const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
