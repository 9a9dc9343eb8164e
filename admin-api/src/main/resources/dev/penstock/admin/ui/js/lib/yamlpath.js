// Where in a YAML document a place is: by indentation, which is all that completing keys while one types needs, even in a
// document that cannot be parsed right now.

/**
 * The keys that lead to `column` of line `index`, and what is being written there.
 *
 * @param {string[]} lines
 * @returns {{ keys: string[], typed: string, kind: "key" | "value", siblings: string[] }} list items appear as their index
 */
export function at(lines, index, column) {
  const before = lines[index].slice(0, column);
  const inFlow = flowAt(before);
  const base = inFlow ? inFlow.start : before.length;
  const line = parse(before.slice(0, base));
  const indent = line.indent ?? before.match(/^\s*/)[0].length;
  const keys = parents(lines, index, line.isItem ? line.indent : indent, line.isItem);
  if (line.isItem) keys.push(String(itemIndex(lines, index, line.indent)));
  if (inFlow) return { ...flowKeys(inFlow, line.key ? [...keys, line.key] : keys), siblings: inFlow.siblings };
  if (line.key !== undefined) return { keys: [...keys, line.key], typed: line.value, kind: "value", siblings: [] };
  return { keys, typed: line.value, kind: "key", siblings: siblings(lines, index, line.isItem ? line.contentIndent : indent) };
}

/** A line apart: indentation, "- " of a list, key and what follows it. */
function parse(text) {
  const match = /^(\s*)((?:- +|-$)*)(?:("(?:[^"\\]|\\.)*"|'[^']*'|[^\s#:[\]{},"'][^:#]*?)\s*:(?:\s+|$))?(.*)$/.exec(text);
  const indent = match[1].length;
  const dashes = match[2] ?? "";
  return {
    indent, isItem: dashes !== "", contentIndent: indent + dashes.length,
    key: match[3] === undefined ? undefined : unquote(match[3].trim()), value: match[4] ?? "",
  };
}

/** Keys of the lines above that hold this one, outermost first. */
function parents(lines, index, indent, isItem) {
  const keys = [];
  let limit = indent;
  let mayEqual = isItem;
  for (let at = index - 1; at >= 0 && (limit > 0 || mayEqual); at--) {
    if (/^\s*(#.*)?$/.test(lines[at])) continue;
    const line = parse(lines[at]);
    if (line.isItem) {
      if (line.contentIndent <= limit && line.indent < limit) {
        // Its first key is a sibling when it stands as far right as we do, otherwise it holds us.
        if (line.key !== undefined && line.contentIndent < limit) keys.unshift(line.key);
        keys.unshift(String(itemIndex(lines, at, line.indent)));
        limit = line.indent;
        mayEqual = true;
      }
    } else if (line.key !== undefined && (line.indent < limit || (mayEqual && line.indent <= limit && line.value === ""))) {
      keys.unshift(line.key);
      limit = line.indent;
      mayEqual = false;
    }
  }
  return keys;
}

function itemIndex(lines, index, indent) {
  let count = 0;
  for (let at = index - 1; at >= 0; at--) {
    if (/^\s*(#.*)?$/.test(lines[at])) continue;
    const line = parse(lines[at]);
    if (line.indent < indent || (line.indent === indent && !line.isItem)) break;
    if (line.isItem && line.indent === indent) count++;
  }
  return count;
}

/** Keys that stand beside this place already. */
function siblings(lines, index, indent) {
  const found = [];
  const look = (step) => {
    for (let at = index + step; at >= 0 && at < lines.length; at += step) {
      if (/^\s*(#.*)?$/.test(lines[at])) continue;
      const line = parse(lines[at]);
      const column = line.isItem ? line.contentIndent : line.indent;
      if (column < indent || (line.isItem && step > 0)) break;
      if (column === indent && line.key !== undefined) found.push(line.key);
      if (line.isItem && column === indent) break;
    }
  };
  look(-1);
  look(1);
  return found;
}

/** Whether a place is within `{ … }` or `[ … ]` of its line, and what was opened. */
function flowAt(text) {
  const stack = [];
  let quote = null;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (quote) {
      if (letter === "\\" && quote === '"') at++;
      else if (letter === quote) quote = null;
    } else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === "#" && (at === 0 || /\s/.test(text[at - 1]))) return null;
    else if (letter === "{" || letter === "[") stack.push({ kind: letter, at, entries: [at + 1] });
    else if (letter === "}" || letter === "]") stack.pop();
    else if (letter === "," && stack.length) stack.at(-1).entries.push(at + 1);
  }
  if (stack.length === 0) return null;
  const top = stack.at(-1);
  const siblings = top.entries.slice(0, -1).map((from, index) => keyOf(text.slice(from, top.entries[index + 1] - 1))).filter((key) => key !== undefined);
  return { start: stack[0].at, stack, text, siblings };
}

function flowKeys({ stack, text }, base) {
  const keys = base.slice();
  stack.forEach((level, index) => {
    const from = level.entries.at(-1);
    if (level.kind === "[") keys.push(String(level.entries.length - 1));
    const end = stack[index + 1]?.at ?? text.length;
    const key = level.kind === "{" ? keyOf(text.slice(from, end)) : undefined;
    if (index < stack.length - 1 && key !== undefined) keys.push(key);
  });
  const last = stack.at(-1);
  const rest = text.slice(last.entries.at(-1));
  if (last.kind === "[") return { keys, typed: rest.trimStart(), kind: "value" };
  const key = keyOf(rest);
  if (key === undefined) return { keys, typed: rest.trimStart(), kind: "key" };
  return { keys: [...keys, key], typed: rest.slice(rest.indexOf(":") + 1).trimStart(), kind: "value" };
}

function keyOf(text) {
  const match = /^\s*("(?:[^"\\]|\\.)*"|'[^']*'|[^:{}[\],]+?)\s*:(\s|$)/.exec(text);
  return match ? unquote(match[1]) : undefined;
}

const unquote = (text) => (/^(".*"|'.*')$/.test(text) ? text.slice(1, -1) : text);

/** Line, from 1, on which a dotted path as `routes.users.filters` begins; of its longest part that is there. */
export function lineOf(lines, keys) {
  let from = 0;
  let until = lines.length;
  let found = 1;
  let indent = -1;
  for (const key of keys) {
    let hit = -1;
    let level = null;
    for (let at = from; at < until; at++) {
      if (/^\s*(#.*)?$/.test(lines[at])) continue;
      const line = parse(lines[at]);
      if (line.indent <= indent) break;
      level ??= line.indent;
      if (line.indent === level && line.key === key) {
        hit = at;
        break;
      }
    }
    if (hit < 0) return found;
    found = hit + 1;
    from = hit + 1;
    indent = parse(lines[hit]).indent;
    for (until = from; until < lines.length; until++) {
      if (!/^\s*(#.*)?$/.test(lines[until]) && parse(lines[until]).indent <= indent) break;
    }
  }
  return found;
}
