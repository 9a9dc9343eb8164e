// Reading JSON Schemas: what may stand at a path, with descriptions and defaults.

/** Follows `$ref` within the document. */
export function resolve(schema, root) {
  let at = schema;
  for (let hops = 0; at?.$ref && hops < 20; hops++) {
    const { $ref, ...beside } = at;
    const target = $ref.replace(/^#\/?/, "").split("/").filter(Boolean).reduce((value, key) => value?.[key.replace(/~1/g, "/").replace(/~0/g, "~")], root);
    at = { ...target, ...beside };
  }
  return at ?? {};
}

/** The alternatives of a schema, resolved and flattened; `null` and substitutions are nobody's choice and left out. */
export function alternatives(schema, root, depth = 0) {
  const own = resolve(schema, root);
  const list = own.anyOf ?? own.oneOf;
  if (!list || depth > 6) return own.type === "null" ? [] : [merged(own, root)];
  const { anyOf, oneOf, ...beside } = own;
  return list.flatMap((one) => (one.$ref?.endsWith("/substitution") ? [] : alternatives(one, root, depth + 1)))
    .map((one) => ({ ...(beside.description && !one.description ? { description: beside.description } : {}), ...("default" in beside ? { default: beside.default } : {}), ...one }));
}

function merged(schema, root) {
  if (!schema.allOf) return schema;
  const { allOf, ...own } = schema;
  return allOf.map((part) => resolve(part, root)).reduce((sum, part) => ({ ...part, ...sum, properties: { ...part.properties, ...sum.properties },
    required: [...(sum.required ?? []), ...(part.required ?? [])] }), own);
}

/** All schemas that may apply at `keys`. */
export function schemasAt(root, keys) {
  let found = alternatives(root, root);
  for (const key of keys) {
    found = found.flatMap((schema) => {
      if (schema.properties?.[key]) return alternatives(schema.properties[key], root);
      const pattern = Object.entries(schema.patternProperties ?? {}).find(([expression]) => new RegExp(expression, "u").test(key));
      if (pattern) return alternatives(pattern[1], root);
      if (/^\d+$/.test(key) && schema.items) return alternatives(schema.items, root);
      if (schema.additionalProperties && typeof schema.additionalProperties === "object") return alternatives(schema.additionalProperties, root);
      return [];
    });
  }
  return found;
}

/** Keys that may be written at `keys`: { name, description, isRequired, isDeep, default }. */
export function keysAt(root, keys) {
  const found = new Map();
  for (const schema of schemasAt(root, keys)) {
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      if (found.has(name)) continue;
      const forms = alternatives(property, root);
      found.set(name, { name, description: resolve(property, root).description ?? forms[0]?.description, isRequired: (schema.required ?? []).includes(name),
        isDeep: forms.length > 0 && forms.every((form) => typeOf(form) === "object" || typeOf(form) === "array"), isList: forms.some((form) => typeOf(form) === "array"), default: resolve(property, root).default });
    }
  }
  return [...found.values()];
}

/** Values that may be written at `keys`: those of enumerations, booleans, and the default. */
export function valuesAt(root, keys) {
  const found = new Map();
  for (const schema of schemasAt(root, keys)) {
    for (const value of schema.enum ?? ("const" in schema ? [schema.const] : [])) if (value !== null) found.set(String(value), { value, description: schema.description });
    if ([schema.type].flat().includes("boolean")) for (const value of [true, false]) found.set(String(value), { value });
    if (schema.default !== undefined && schema.default !== null && typeof schema.default !== "object") found.set(String(schema.default), { value: schema.default, description: "The default." });
  }
  return [...found.values()];
}

export function typeOf(schema) {
  if (schema.type) return [schema.type].flat().find((type) => type !== "null");
  if (schema.properties || schema.additionalProperties) return "object";
  if (schema.items) return "array";
  if (schema.enum) return "enum";
  return undefined;
}
