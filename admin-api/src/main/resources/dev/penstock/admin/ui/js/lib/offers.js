// What this gateway offers: read once from its OpenAPI document, so that nothing is shown that it cannot do.

import { useEffect, useState } from "./preact.js";
import { get } from "./api.js";

let reading = null;

function read() {
  reading ??= get("/openapi.json").then((document) => document.paths ?? null, () => null);
  return reading;
}

/** Whether `paths` (OpenAPI's) has `method` of `path`; without such a document everything is taken to be there. */
export function has(paths, method, path) {
  if (!paths) return true;
  const shape = (text) => text.replace(/\{[^}]*\}/g, "{}");
  const found = Object.keys(paths).find((key) => shape(key) === shape(`/api/v1${path}`));
  return Boolean(found && paths[found][method.toLowerCase()]);
}

/** @returns {(method: string, path: string) => boolean} */
export function useOffers() {
  const [paths, setPaths] = useState(null);
  useEffect(() => {
    let isGone = false;
    read().then((found) => !isGone && setPaths(found));
    return () => { isGone = true; };
  }, []);
  return (method, path) => has(paths, method, path);
}
