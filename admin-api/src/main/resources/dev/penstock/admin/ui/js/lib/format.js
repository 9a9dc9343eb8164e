// How values are written, everywhere alike. Numbers group by a narrow space, which no language reads as a decimal
// point, and keep to three significant digits where more would only be noise.

export const NARROW = "\u202f";
const MINUS = "\u2212";
export const NOTHING = "–";

/** Whole number with grouped digits: 12 480. */
export function count(value) {
  if (!isNumber(value)) return NOTHING;
  const digits = String(Math.round(Math.abs(value))).replace(/\B(?=(\d{3})+$)/g, NARROW);
  return value < 0 && digits !== "0" ? MINUS + digits : digits;
}

/** Number with about three significant digits: 0.42, 3.14, 42.5, 980, 12 480. */
export function short(value) {
  if (!isNumber(value)) return NOTHING;
  const size = Math.abs(value);
  if (size >= 100 || Number.isInteger(value)) return count(value);
  const text = size >= 10 ? size.toFixed(1) : size.toFixed(2);
  return (value < 0 ? MINUS : "") + text.replace(/\.?0+$/, "");
}

/** Large counts for axes and narrow columns: 980, 12.5k, 3.1M. */
export function compact(value) {
  if (!isNumber(value)) return NOTHING;
  const size = Math.abs(value);
  for (const [limit, unit] of [[1e9, "G"], [1e6, "M"], [1e3, "k"]]) {
    if (size >= limit) return short(value / limit) + unit;
  }
  return short(value);
}

/** Parts of a duration in milliseconds: `{ number, unit }`, for values that are shown large. */
export function millisParts(value) {
  if (!isNumber(value)) return { number: NOTHING, unit: "" };
  const size = Math.abs(value);
  if (size === 0) return { number: "0", unit: "ms" };
  if (size < 0.1) return { number: short(value * 1000), unit: "µs" };
  if (size < 1000) return { number: short(value), unit: "ms" };
  if (size < 60_000) return { number: short(value / 1000), unit: "s" };
  if (size < 3_600_000) return { number: short(value / 60_000), unit: "min" };
  return { number: short(value / 3_600_000), unit: "h" };
}

export const millis = (value) => joined(millisParts(value));

export function bytesParts(value) {
  if (!isNumber(value)) return { number: NOTHING, unit: "" };
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let index = 0;
  let rest = value;
  while (Math.abs(rest) >= 1024 && index < units.length - 1) {
    rest /= 1024;
    index++;
  }
  return { number: short(rest), unit: units[index] };
}

export const bytes = (value) => joined(bytesParts(value));

/** Share of 0 to 1 as per cent. What is not nothing never shows as 0 %. */
export function percent(share) {
  if (!isNumber(share)) return NOTHING;
  const value = share * 100;
  if (value > 0 && value < 0.01) return `<${NARROW}0.01${NARROW}%`;
  return `${short(value)}${NARROW}%`;
}

/** How long something has lasted: 4 d 3 h, 12 min 8 s. */
export function uptime(value) {
  if (!isNumber(value)) return NOTHING;
  const seconds = Math.max(0, Math.floor(value / 1000));
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) return `0${NARROW}s`;
  return parts.slice(first, first + 2).filter(([amount], index) => index === 0 || amount > 0)
    .map(([amount, unit]) => amount + NARROW + unit).join(" ");
}

/** 14:03:27, in the reader's own zone. */
export function clock(at, withMillis = false) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return NOTHING;
  const text = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return withMillis ? `${text}.${String(date.getMilliseconds()).padStart(3, "0")}` : text;
}

/** 2026-11-30 14:03: the same for all readers, sorts by itself. */
export function dateTime(at) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return NOTHING;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** 12 s ago, 3 h ago; in 3 d for what is to come. */
export function ago(at, now = Date.now()) {
  const time = new Date(at).getTime();
  if (Number.isNaN(time)) return NOTHING;
  const distance = Math.abs(now - time);
  const [amount, unit] = distance < 60_000 ? [Math.floor(distance / 1000), "s"]
    : distance < 3_600_000 ? [Math.floor(distance / 60_000), "min"]
    : distance < 86_400_000 ? [Math.floor(distance / 3_600_000), "h"]
    : [Math.floor(distance / 86_400_000), "d"];
  if (unit === "s" && amount < 5) return time <= now + 1000 ? "just now" : "in a moment";
  const text = amount + NARROW + unit;
  return time <= now ? `${text} ago` : `in ${text}`;
}

/** One route, 12 routes. */
export function plural(amount, one, many = `${one}s`) {
  return `${count(amount)} ${amount === 1 ? one : many}`;
}

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
const joined = ({ number, unit }) => (unit ? number + NARROW + unit : number);
const two = (value) => String(value).padStart(2, "0");
