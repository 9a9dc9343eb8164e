// Arithmetic of charts, apart from any drawing.

/** Round steps for an axis from 0 to at least `max`: 0, 50, 100… */
export function ticks(max, wanted = 4) {
  if (!(max > 0)) return [0, 1];
  const rough = max / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * 0.999);
  const count = Math.ceil(max / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** As `ticks`, in steps that are round for bytes. */
export function byteTicks(max, wanted = 4) {
  if (!(max > 0)) return [0, 1024];
  const unit = 1024 ** Math.floor(Math.log(max) / Math.log(1024));
  return ticks(max / unit, wanted).map((value) => value * unit);
}

/** Whole minutes for a time axis: about `wanted` marks between `from` and `to` (milliseconds). */
export function timeTicks(from, to, wanted = 6) {
  const minute = 60_000;
  const step = [minute / 4, minute / 2, minute, 2 * minute, 5 * minute, 10 * minute, 15 * minute, 30 * minute]
    .find((candidate) => (to - from) / candidate <= wanted) ?? 60 * minute;
  const marks = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) marks.push(at);
  return marks;
}

/** Puts points into at most `limit` buckets of equal time; `join(bucket)` makes one point of several. */
export function bucketed(points, limit, join) {
  if (points.length <= limit) return points;
  const size = Math.ceil(points.length / limit);
  const result = [];
  // Buckets end at the newest point, so that what is seen does not dance as points arrive.
  const first = points.length % size;
  if (first) result.push(join(points.slice(0, first)));
  for (let at = first; at < points.length; at += size) result.push(join(points.slice(at, at + size)));
  return result;
}

/** Several points of the series as one: counts add up, levels average, percentiles and lag take the worst. */
export function joinPoints(points) {
  const sum = (name) => points.reduce((total, point) => total + (point[name] ?? 0), 0);
  const most = (name) => points.reduce((top, point) => Math.max(top, point[name] ?? 0), 0);
  const mean = (name) => sum(name) / points.length;
  return {
    at: points.at(-1).at,
    steps: points.reduce((total, point) => total + (point.steps ?? 1), 0),
    requests: sum("requests"), errors: sum("errors"), clientErrors: sum("clientErrors"),
    bytesIn: sum("bytesIn"), bytesOut: sum("bytesOut"),
    p50Millis: weighted(points, "p50Millis"), p95Millis: most("p95Millis"), p99Millis: most("p99Millis"),
    inFlight: mean("inFlight"), connections: mean("connections"), lagMillis: most("lagMillis"), heapBytes: most("heapBytes"),
  };
}

function weighted(points, name) {
  let total = 0;
  let weight = 0;
  for (const point of points) {
    if (point[name] === undefined || !point.requests) continue;
    total += point[name] * point.requests;
    weight += point.requests;
  }
  return weight ? total / weight : undefined;
}

/** Index of the point nearest in time; points are in order. */
export function nearest(points, time) {
  let low = 0;
  let high = points.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle].time < time) low = middle + 1;
    else high = middle;
  }
  if (low > 0 && time - points[low - 1].time < points[low].time - time) return low - 1;
  return low;
}
