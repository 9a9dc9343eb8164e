// Search as one types: the letters of the query in order, anywhere; hits at the beginnings of words count most.

/**
 * @returns {{ score: number, at: number[] } | null} where the letters were found, or null when they are not all there
 */
export function match(query, text) {
  const wanted = query.toLowerCase().replace(/\s+/g, "");
  if (!wanted) return { score: 0, at: [] };
  const low = text.toLowerCase();
  const whole = low.indexOf(query.trim().toLowerCase());
  if (whole >= 0) {
    const at = Array.from(query.trim(), (_, index) => whole + index);
    return { score: 100 + (isStart(text, whole) ? 50 : 0) - whole * 0.5 - text.length * 0.05, at };
  }
  const at = [];
  let score = 0;
  let from = 0;
  for (const letter of wanted) {
    const found = best(text, low, letter, from);
    if (found < 0) return null;
    score += isStart(text, found) ? 8 : found === from && at.length ? 5 : 1;
    at.push(found);
    from = found + 1;
  }
  return { score: score - text.length * 0.05, at };
}

/** The items that match, best first; equal ones keep their order. */
export function search(query, items, textOf, limit = 50) {
  if (!query.trim()) return items.slice(0, limit).map((item) => ({ item, at: [] }));
  const hits = [];
  items.forEach((item, index) => {
    const hit = match(query, textOf(item));
    if (hit) hits.push({ item, at: hit.at, score: hit.score, index });
  });
  hits.sort((a, b) => b.score - a.score || a.index - b.index);
  return hits.slice(0, limit);
}

function best(text, low, letter, from) {
  const next = low.indexOf(letter, from);
  if (next < 0) return -1;
  // A letter that continues or begins a word is worth looking a little further for.
  for (let at = next; at >= 0 && at < next + 24; at = low.indexOf(letter, at + 1)) {
    if (at === from || isStart(text, at)) return at;
  }
  return next;
}

function isStart(text, index) {
  if (index === 0) return true;
  const before = text[index - 1];
  if (/[\s/._\-:@{(]/.test(before)) return true;
  return /[a-z]/.test(before) && /[A-Z]/.test(text[index]);
}
