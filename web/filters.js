/** The filters of the query language as the search field needs them: chips and completion. Pure. */

/** @typedef {{start: number, end: number, text: string, label: string}} Chip */
/** @typedef {{start: number, end: number, prefix: string, field: string}} Completion */
/** @typedef {{insert: string, label: string, hint: string, count?: number, stay?: boolean}} Offer */

/** Every filter that can be typed: what it is called and what it does. */
export const FIELDS = [
  { name: "file:", hint: "in files like this", example: 'file:"journal/*"' },
  { name: "tag:", hint: "with this tag", example: "tag:work" },
  { name: "type:", hint: "Markdown, Org or text", example: "type:org" },
  { name: "source:", hint: "from this source", example: "source:notes" },
  { name: "dt>=", hint: "since this day", example: 'dt>="last month"' },
  { name: "dt:", hint: "on or in this time", example: "dt:yesterday" },
  { name: "todo:", hint: "in this state", example: "todo:TODO" },
  { name: "prop:", hint: "with this property", example: "prop:status=done" },
];

const DATES = ["today", "yesterday", "this week", "last week", "last month", "this year", "last year"];
const FILTER =
  /(?<![^\s])(?:-?(?:file|tag|type|source|todo|prop):(?:"[^"]*"|[^\s"]+)|dt\s?(?:>=|<=|[:=<>])\s?(?:"[^"]*"|[^\s"]+)|-?#[\p{L}\p{N}_/-]+|[+-]"[^"]+")/gu;
const VALUE = /(?<![^\s])-?(file|tag|type|source|todo|prop):("?)([^"]*)$/u;
const DATE = /(?<![^\s])dt\s?(>=|<=|[:=<>])\s?("?)([^"]*)$/u;
const HASH = /(?<![^\s])-?#([\p{L}\p{N}_/-]*)$/u;
const WORD = /(?<![^\s])([a-z]{2,6})$/u;

/** The filters in a query, where they stand, in order. @param {string} raw @returns {Chip[]} */
export function chips(raw) {
  return [...raw.matchAll(FILTER)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    text: match[0],
    label: match[0].replaceAll('"', ""),
  }));
}

/** The query without one of its filters. @param {string} raw @param {Chip} chip */
export const without = (raw, chip) =>
  `${raw.slice(0, chip.start)} ${raw.slice(chip.end)}`.replace(/\s+/g, " ").trim();

/**
 * What is being typed at the caret, when it can be completed.
 * `field` is a value's field (tag, file, ... or dt), or "" for the name of a filter.
 * @param {string} raw @param {number} caret @returns {Completion|null}
 */
export function completionAt(raw, caret) {
  const before = raw.slice(0, caret);
  if (/[^\s"]/u.test(raw.slice(caret, caret + 1))) return null;
  const value = VALUE.exec(before);
  if (value && (value[2] || !/\s/u.test(value[3] ?? ""))) {
    const prefix = value[3] ?? "";
    return { field: value[1] ?? "", prefix, start: caret - prefix.length - (value[2] ?? "").length, end: caret };
  }
  const date = DATE.exec(before);
  if (date && (date[2] || !/\s/u.test(date[3] ?? ""))) {
    const prefix = date[3] ?? "";
    return { field: "dt", prefix, start: caret - prefix.length - (date[2] ?? "").length, end: caret };
  }
  const hash = HASH.exec(before);
  if (hash) return { field: "tag", prefix: hash[1] ?? "", start: caret - (hash[1] ?? "").length, end: caret };
  const word = WORD.exec(before);
  if (word) {
    const prefix = word[1] ?? "";
    if (FIELDS.some((field) => field.name.startsWith(prefix)))
      return { field: "", prefix, start: caret - prefix.length, end: caret };
  }
  return null;
}

/** The names of filters that begin so. @param {string} prefix @returns {Offer[]} */
export const fieldOffers = (prefix) =>
  FIELDS.filter((field) => field.name.startsWith(prefix)).map((field) => ({
    insert: field.name,
    label: field.name,
    hint: `${field.hint} · ${field.example}`,
    stay: true,
  }));

/** Times to filter by, as words. @param {string} prefix @returns {Offer[]} */
export const dateOffers = (prefix) =>
  DATES.filter((name) => name.startsWith(prefix.toLowerCase())).map((name) => ({
    insert: quoted(name),
    label: name,
    hint: "",
  }));

/** Values the index knows. @param {{value: string, count?: number}[]} values @returns {Offer[]} */
export const valueOffers = (values) =>
  values.map(({ value, count }) => ({
    insert: quoted(value),
    label: value,
    hint: "",
    ...(count === undefined ? {} : { count }),
  }));

/**
 * The query and caret after taking an offer.
 * @param {string} raw @param {Completion} at @param {Offer} offer
 */
export function complete(raw, at, offer) {
  let end = at.end;
  if (raw[end] === '"' && offer.insert.endsWith('"')) end += 1;
  const tail = raw.slice(end);
  const gap = offer.stay || tail.startsWith(" ") ? "" : " ";
  const head = raw.slice(0, at.start) + offer.insert + gap;
  return { text: head + tail, caret: head.length + (!offer.stay && !gap ? 1 : 0) };
}

/** The filter for a tag, with room to go on typing. @param {string} tag */
export const tagFilter = (tag) => `tag:${quoted(tag)} `;

/** @param {string} value */
const quoted = (value) => (/[^\p{L}\p{N}_/.=-]/u.test(value) ? `"${value.replaceAll('"', "")}"` : value);
