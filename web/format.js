/** Numbers, dates and paths as people read them. */

const number = new Intl.NumberFormat();
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });
const sameYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const otherYear = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  year: "numeric",
});
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });

/** @param {number|undefined|null} value */
export const count = (value) => number.format(value ?? 0);

/** @param {number} value @param {string} one @param {string} [many] */
export const plural = (value, one, many = `${one}s`) =>
  `${number.format(value)} ${value === 1 ? one : many}`;

/** @param {number|string|null|undefined} when seconds since the epoch, or ISO @returns {Date|null} */
export function moment(when) {
  if (when === null || when === undefined || when === "") return null;
  const date = new Date(typeof when === "number" ? when * 1000 : when);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** "2 hours ago", "yesterday", "3 Mar", "3 Mar 2021". @param {number|string|null|undefined} when */
export function ago(when) {
  const date = moment(when);
  if (!date) return "";
  const seconds = (Date.now() - date.getTime()) / 1000;
  if (seconds >= 0 && seconds < 50) return "just now";
  if (seconds >= 0 && seconds < 3000) return relative.format(-Math.max(1, Math.round(seconds / 60)), "minute");
  if (seconds >= 0 && seconds < 80000) return relative.format(-Math.max(1, Math.round(seconds / 3600)), "hour");
  if (seconds >= 0 && seconds < 6 * 86400) return relative.format(-Math.max(1, Math.round(seconds / 86400)), "day");
  return (date.getFullYear() === new Date().getFullYear() ? sameYear : otherYear).format(date);
}

/** @param {number|string|null|undefined} when */
export function fullDate(when) {
  const date = moment(when);
  return date ? exact.format(date) : "";
}

/** "4 min", "3 h 20 min", "2 days". @param {number} seconds */
export function duration(seconds) {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 86400)
    return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
  return plural(Math.round(seconds / 86400), "day");
}

/** The last part of a path. @param {string} path */
export const fileName = (path) => path.split(/[\\/]/).pop() ?? path;

/** The last `parts` folders and the name, with an ellipsis in front. @param {string} path */
export function shortPath(path, parts = 3) {
  const all = path.split("/").filter(Boolean);
  return all.length <= parts ? path : `…/${all.slice(-parts).join("/")}`;
}
