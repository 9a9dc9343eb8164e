// Writing YAML for people to read. (Reading is the gateway's: it knows lines and columns.)

import { isObject } from "./pointer.js";

export function write(value) {
  if (isObject(value) ? Object.keys(value).length : Array.isArray(value) && value.length) return block(value, 0).join("\n") + "\n";
  return `${scalar(value)}\n`;
}

function block(value, depth) {
  const indent = "  ".repeat(depth);
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      const flat = flow(item);
      if (flat !== null) return [`${indent}- ${flat}`];
      const [first, ...rest] = block(item, depth + 1);
      return [`${indent}- ${first.trimStart()}`, ...rest];
    });
  }
  return Object.entries(value).flatMap(([key, item]) => {
    const flat = flow(item);
    return flat !== null ? [`${indent}${plain(key)}: ${flat}`] : [`${indent}${plain(key)}:`, ...block(item, depth + 1)];
  });
}

/** On one line, or null when that would not be read easily. */
function flow(value) {
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    if (value.some((item) => item !== null && typeof item === "object")) return null;
    const text = `[ ${value.map(scalar).join(", ")} ]`;
    return text.length <= 72 ? text : null;
  }
  if (isObject(value)) return Object.keys(value).length ? null : "{}";
  return scalar(value);
}

const plain = (key) => scalar(String(key));

function scalar(value) {
  if (typeof value !== "string") return String(value ?? null);
  const isPlain = /^[A-Za-z_/.][\w ./*+@-]*$/.test(value) && !/[ ]$|^(true|false|null|yes|no|on|off|y|n)$/i.test(value) && !/^\./.test(value);
  return isPlain ? value : JSON.stringify(value);
}
