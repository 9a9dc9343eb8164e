// Differences of two texts by lines (Myers), and reading of unified ones.

/**
 * @returns {{ kind: "same" | "add" | "del", text: string, before?: number, after?: number }[]} lines, numbered from 1
 */
export function lines(before, after) {
  const a = split(before);
  const b = split(after);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const edits = [
    ...a.slice(0, head).map((text) => ({ kind: "same", text })),
    ...myers(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map((text) => ({ kind: "same", text })),
  ];
  let oldLine = 0;
  let newLine = 0;
  return edits.map((edit) => ({
    ...edit,
    ...(edit.kind === "add" ? {} : { before: ++oldLine }),
    ...(edit.kind === "del" ? {} : { after: ++newLine }),
  }));
}

/** Leaves out runs of equal lines that are further than `context` from a change; a gap stands where lines are left out. */
export function hunks(all, context = 3) {
  const near = new Array(all.length).fill(false);
  all.forEach((line, index) => {
    if (line.kind === "same") return;
    for (let at = Math.max(0, index - context); at <= Math.min(all.length - 1, index + context); at++) near[at] = true;
  });
  const shown = [];
  let skipped = 0;
  all.forEach((line, index) => {
    if (near[index]) {
      if (skipped) shown.push({ kind: "gap", count: skipped });
      skipped = 0;
      shown.push(line);
    } else {
      skipped++;
    }
  });
  if (skipped && shown.length) shown.push({ kind: "gap", count: skipped });
  return shown;
}

/** Reads a unified difference into the same lines. */
export function parseUnified(text) {
  const result = [];
  let before = 0;
  let after = 0;
  let seen = false;
  for (const line of split(text)) {
    const header = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
    if (header) {
      before = Number(header[1]) - 1;
      after = Number(header[2]) - 1;
      if (seen) result.push({ kind: "gap" });
      seen = true;
    } else if (line.startsWith("--- ") || line.startsWith("+++ ") || line.startsWith("\\")) {
      continue;
    } else if (line.startsWith("+")) {
      result.push({ kind: "add", text: line.slice(1), after: ++after });
    } else if (line.startsWith("-")) {
      result.push({ kind: "del", text: line.slice(1), before: ++before });
    } else if (line.startsWith(" ") || seen) {
      result.push({ kind: "same", text: line.slice(1), before: ++before, after: ++after });
    }
  }
  while (result.length && result.at(-1).kind === "same" && result.at(-1).text === "") result.pop();
  return result;
}

export function changes(all) {
  return {
    added: all.filter((line) => line.kind === "add").length,
    removed: all.filter((line) => line.kind === "del").length,
  };
}

function split(text) {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

/** Texts that have next to nothing in common would take time and room by the square: one block instead. */
const PATIENCE = 1500;

function myers(a, b) {
  const limit = a.length + b.length;
  if (limit === 0) return [];
  const deepest = Math.min(limit, PATIENCE);
  const middle = deepest + 1;
  const furthest = new Int32Array(2 * middle + 1);
  const trail = [];
  for (let depth = 0; depth <= deepest; depth++) {
    trail.push(furthest.slice(middle - depth - 1, middle + depth + 2));
    for (let k = -depth; k <= depth; k += 2) {
      const at = middle + k;
      const isDown = k === -depth || (k !== depth && furthest[at - 1] < furthest[at + 1]);
      let x = isDown ? furthest[at + 1] : furthest[at - 1] + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      furthest[at] = x;
      if (x >= a.length && x - k >= b.length) return walkBack(a, b, trail, depth);
    }
  }
  return [...a.map((text) => ({ kind: "del", text })), ...b.map((text) => ({ kind: "add", text }))];
}

function walkBack(a, b, trail, deepest) {
  const edits = [];
  let x = a.length;
  let y = b.length;
  for (let depth = deepest; depth > 0; depth--) {
    const furthest = (k) => trail[depth][k + depth + 1];
    const k = x - y;
    const isDown = k === -depth || (k !== depth && furthest(k - 1) < furthest(k + 1));
    const from = isDown ? k + 1 : k - 1;
    const fromX = furthest(from);
    const fromY = fromX - from;
    while (x > fromX && y > fromY) {
      x--;
      y--;
      edits.push({ kind: "same", text: a[x] });
    }
    if (isDown) edits.push({ kind: "add", text: b[--y] });
    else edits.push({ kind: "del", text: a[--x] });
  }
  while (x > 0) edits.push({ kind: "same", text: a[--x] });
  return edits.reverse();
}
