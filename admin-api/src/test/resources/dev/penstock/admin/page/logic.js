// Tests of the page's own logic, run in a real browser by PageLogicTest. Each is [name, body]; a body throws when it fails.

import * as format from "/js/lib/format.js";
import { match, search } from "/js/lib/fuzzy.js";
import * as diff from "/js/lib/diff.js";
import * as pointer from "/js/lib/pointer.js";
import { EventParser } from "/js/lib/sse.js";
import { write } from "/js/lib/yaml.js";
import { at, lineOf } from "/js/lib/yamlpath.js";
import { keysAt, valuesAt } from "/js/lib/schema.js";
import { problemsOf } from "/js/ui/schemaform.js";
import { bucketed, byteTicks, joinPoints, nearest, ticks, timeTicks } from "/js/ui/scale.js";
import { parseHeaders } from "/js/ui/explain.js";
import { spans } from "/js/ui/health.js";
import { namesOf } from "/js/ui/yamlsupport.js";

const same = (actual, expected) => {
  const [a, b] = [actual, expected].map((value) => JSON.stringify(value));
  if (a !== b) throw new Error(`expected ${b}\n but was ${a}`);
};
const plain = (text) => text.replaceAll("\u202f", " ");

/** A place in a YAML text, marked by `|`. */
const place = (text) => {
  const lines = text.split("\n");
  const index = lines.findIndex((line) => line.includes("|"));
  const column = lines[index].indexOf("|");
  lines[index] = lines[index].replace("|", "");
  return at(lines, index, column);
};
const applied = (lines) => lines.filter((line) => line.kind !== "del").map((line) => line.text);
const original = (lines) => lines.filter((line) => line.kind !== "add").map((line) => line.text);

export const tests = [
  ["counts are grouped by a narrow space, from four digits on", () => {
    same(["0", "999", "1 000", "12 480", "1 234 567", "−4 200"], [0, 999, 1000, 12480, 1234567, -4200].map(format.count).map(plain));
  }],
  ["what is no number is a dash", () => same([format.count(undefined), format.millis(null), format.bytes(NaN), format.percent(undefined)], ["–", "–", "–", "–"])],
  ["numbers keep about three digits", () => same([0.123, 3.14159, 42.56, 980.2, 12.0].map(format.short), ["0.12", "3.14", "42.6", "980", "12"])],
  ["durations choose their unit", () => same([0, 0.012, 0.42, 12.3, 1500, 90_000, 7_200_000].map(format.millis).map(plain), ["0 ms", "12 µs", "0.42 ms", "12.3 ms", "1.5 s", "1.5 min", "2 h"])],
  ["bytes are counted by 1024", () => same([0, 1023, 1536, 220 * 2 ** 20].map(format.bytes).map(plain), ["0 B", "1 023 B", "1.5 KiB", "220 MiB"])],
  ["a small share is not shown as none", () => same([0, 0.00004, 0.0123, 1].map(format.percent).map(plain), ["0 %", "< 0.01 %", "1.23 %", "100 %"])],
  ["uptime names the two largest units", () => same([4000, 61_000, 3_600_000, 93_784_000].map(format.uptime).map(plain), ["4 s", "1 min 1 s", "1 h", "1 d 2 h"])],
  ["times ago and to come", () => {
    const now = Date.parse("2026-11-30T12:00:00Z");
    same(["2026-11-30T11:59:58Z", "2026-11-30T11:48:00Z", "2026-12-03T12:00:00Z"].map((time) => plain(format.ago(time, now))), ["just now", "12 min ago", "in 3 d"]);
  }],

  ["search finds letters in order and prefers beginnings of words", () => {
    same(search("or", ["cart", "search-orders", "orders", "error"], (text) => text).map((hit) => hit.item), ["orders", "search-orders", "error"]);
    same(match("ub", "users-beta").at, [0, 6]);
    same(match("xyz", "users"), null);
  }],
  ["search without letters keeps the order", () => same(search(" ", ["b", "a"], (text) => text).map((hit) => hit.item), ["b", "a"])],

  ["a difference, applied, gives the other text", () => {
    const random = seeded(7);
    for (let round = 0; round < 200; round++) {
      const text = () => Array.from({ length: random(12) }, () => "abcd"[random(4)]).join("\n");
      const [a, b] = [text(), text()];
      const lines = diff.lines(a, b);
      same(applied(lines).join("\n"), b);
      same(original(lines).join("\n"), a);
    }
  }],
  ["a difference is short", () => same(diff.changes(diff.lines("a\nb\nc\nd", "a\nx\nc\nd")), { added: 1, removed: 1 })],
  ["lines far from a change are left out", () => {
    const text = Array.from({ length: 40 }, (_, index) => `line ${index}`);
    const changed = text.with(20, "other");
    same(diff.hunks(diff.lines(text.join("\n"), changed.join("\n")), 2).map((line) => line.kind), ["gap", "same", "same", "del", "add", "same", "same", "gap"]);
  }],
  ["a unified difference is read with its line numbers", () => {
    const lines = diff.parseUnified("--- a\n+++ b\n@@ -3,2 +3,2 @@\n same\n-old\n+new\n");
    same(lines, [{ kind: "same", text: "same", before: 3, after: 3 }, { kind: "del", text: "old", before: 4 }, { kind: "add", text: "new", after: 4 }]);
  }],
  ["texts of thousands of lines with nothing in common take no more than a moment", () => {
    const text = (prefix) => Array.from({ length: 3000 }, (_, index) => prefix + index).join("\n");
    const started = performance.now();
    const lines = diff.lines(text("a"), text("b"));
    same(diff.changes(lines), { added: 3000, removed: 3000 });
    if (performance.now() - started > 8000) throw new Error("too slow");
  }],

  ["pointers escape slashes and tildes", () => {
    same(pointer.format(["routes", "a/b~c"]), "/routes/a~1b~0c");
  }],
  ["setting by path changes a copy only", () => {
    const before = { a: { list: [1, 2] } };
    same(pointer.set(before, ["a", "list", "1"], 9), { a: { list: [1, 9] } });
    same(pointer.set(before, ["a", "list", "0"], undefined), { a: { list: [2] } });
    same(pointer.set(before, ["b", "c"], true), { a: { list: [1, 2] }, b: { c: true } });
    same(before, { a: { list: [1, 2] } });
  }],

  ["events are the same wherever their stream is cut", () => {
    const stream = ": hello\n\nevent: point\nid: 7\ndata: {\"a\":1,\ndata: \"b\":2}\n\ndata: x\r\n\r\n";
    const expected = [{ type: "point", data: '{"a":1,\n"b":2}', id: "7" }, { type: "message", data: "x" }];
    same(new EventParser().push(stream), expected);
    for (let cut = 1; cut < stream.length; cut++) {
      const parser = new EventParser();
      same([...parser.push(stream.slice(0, cut)), ...parser.push(stream.slice(cut))], expected);
    }
    const parser = new EventParser();
    same([...stream].flatMap((letter) => parser.push(letter)), expected);
  }],

  ["YAML is written for people", () => same(write({ match: { path: "/users/**", hosts: ["a.b"] }, filters: [{ "rate-limit": { per: "1s", on: "yes" } }, "cors"], off: {} }),
    'match:\n  path: /users/**\n  hosts: [ a.b ]\nfilters:\n  - rate-limit:\n      per: "1s"\n      on: "yes"\n  - cors\n"off": {}\n'.replace('      on:', '      "on":'))],
  ["keys are known in a block", () => same(place("routes:\n  users:\n    ma|"), { keys: ["routes", "users"], typed: "ma", kind: "key", siblings: [] })],
  ["what stands there already is a sibling", () => same(place("routes:\n  users:\n    match: {}\n    |\n    upstream: a").siblings, ["match", "upstream"])],
  ["a value has the path of its key", () => same(place("upstreams:\n  a:\n    balancer: ro|").keys, ["upstreams", "a", "balancer"])],
  ["list items count", () => same(place("routes:\n  users:\n    filters:\n      - cors: {}\n      - rate-limit:\n          re|").keys, ["routes", "users", "filters", "1", "rate-limit"])],
  ["lists may stand as far left as their key", () => same(place("filters:\n- cors\n- jwt:\n    au|").keys, ["filters", "1", "jwt"])],
  ["within braces of one line", () => {
    same(place("routes:\n  users:\n    match: { path: /a, me| }"), { keys: ["routes", "users", "match"], typed: "me", kind: "key", siblings: ["path"] });
    same(place("a:\n  b: [ { address: x }, { weight: | } ]").keys, ["a", "b", "1", "weight"]);
  }],
  ["comments and blank lines hold nothing", () => same(place("routes:\n# a: b\n\n  users:\n    # here\n    |").keys, ["routes", "users"])],
  ["a path leads to its line", () => same([["routes"], ["routes", "users", "upstream"], ["routes", "gone"]].map((keys) => lineOf("listeners: {}\nroutes:\n  a:\n    upstream: x\n  users:\n    upstream: y".split("\n"), keys)), [2, 6, 2])],
  ["names of a section", () => same(namesOf("upstreams:\n  a:\n    x: 1\n  \"b c\": {}\nroutes:\n  r: {}".split("\n"), "upstreams"), ["a", "b c"])],

  ["a schema says which keys and values there are, through references and alternatives", () => {
    const root = { properties: { routes: { anyOf: [{ type: "object", additionalProperties: { $ref: "#/$defs/route" } }, { type: "null" }] } },
      $defs: { route: { type: "object", required: ["match"], properties: { match: { type: "object", description: "What it takes." }, mode: { default: "on", anyOf: [{ enum: ["on", "off"] }, { $ref: "#/$defs/substitution" }] } } }, substitution: { type: "string" } } };
    same(keysAt(root, ["routes", "x"]).map((key) => [key.name, key.isRequired, key.isDeep]), [["match", true, true], ["mode", false, false]]);
    same(valuesAt(root, ["routes", "x", "mode"]).map((one) => one.value), ["on", "off"]);
  }],
  ["a form knows what is missing and out of range", () => {
    const schema = { type: "object", required: ["name"], properties: { name: { type: "string" }, port: { type: "integer", minimum: 1, maximum: 9 }, inner: { type: "object", required: ["x"], properties: { x: {} } } } };
    same([...problemsOf({}, schema)], [["name", "It cannot be left out."]]);
    same([...problemsOf({ name: "a", port: 12, inner: {} }, schema).keys()], ["port", "inner/x"]);
    same([...problemsOf({ name: "a", port: 3 }, schema)], []);
  }],

  ["axes have round steps that reach the highest value", () => {
    same(ticks(37, 4), [0, 10, 20, 30, 40]);
    same(ticks(0), [0, 1]);
    same(byteTicks(3 * 2 ** 20, 3), [0, 1, 2, 3].map((value) => value * 2 ** 20));
  }],
  ["time axes mark whole minutes", () => same(timeTicks(30_000, 330_000, 5), [60_000, 120_000, 180_000, 240_000, 300_000])],
  ["buckets end at the newest point and lose nothing", () => {
    const points = Array.from({ length: 10 }, (_, index) => ({ at: index, requests: 1 }));
    const joined = bucketed(points, 4, joinPoints);
    same(joined.map((point) => [point.at, point.requests]), [[0, 1], [3, 3], [6, 3], [9, 3]]);
  }],
  ["a percentile of several steps is its worst, a median is weighed", () => {
    const { p50Millis, p99Millis } = joinPoints([{ at: 0, requests: 1, p50Millis: 1, p99Millis: 5 }, { at: 1, requests: 3, p50Millis: 5, p99Millis: 9 }]);
    same([p50Millis, p99Millis], [4, 9]);
  }],
  ["the cursor finds the nearest point", () => same([-5, 4, 6, 99].map((time) => nearest([{ time: 0 }, { time: 10 }, { time: 20 }], time)), [0, 0, 1, 2])],

  ["header lines are read as pasted", () => same(parseHeaders("X-Beta: 1\nnonsense\nhost:a:b "), { "x-beta": "1", host: "a:b" })],
  ["a health strip shows the last hour", () => {
    const now = Date.parse("2026-11-30T12:00:00Z");
    const history = [{ at: "2026-11-30T11:30:00Z", state: "unhealthy" }, { at: "2026-11-30T09:00:00Z", state: "healthy" }];
    same(spans(history, now).map(({ left, width, kind }) => [left, width, kind]), [[0, 0.5, "ok"], [0.5, 0.5, "bad"]]);
  }],
];

function seeded(seed) {
  let state = seed;
  return (limit) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state % limit;
  };
}
