/** What may be typed next: filters, and the values that a filter can have. Pure but for `Suggest`. */

export interface Offer {
  /** What replaces the whole query. */
  query: string;
  label: string;
  about: string;
}

export const FILTERS: readonly [string, string][] = [
  ["tag:", "notes with a tag"],
  ['file:""', "notes by name or folder"],
  ['dt>=""', 'notes of a time: dt>="last week"'],
  ["type:", "markdown, org, pdf and others"],
  ["source:", "one of the places that notes come from"],
  ['+""', "words that must be there"],
];

const OPEN = /(?:^|\s)-?(tag|type|source|todo|prop):([^\s"']*)$|(?:^|\s)-?#([^\s#]+)$/;

/** The filter that is being typed at the end of a query: its field and what it begins with. */
export function openFilter(query: string): { field: string; prefix: string } | null {
  const match = OPEN.exec(query);
  if (!match) return null;
  return { field: match[1] ?? "tag", prefix: match[2] ?? match[3] ?? "" };
}

/** The query with the open filter's value written out. */
export function completed(query: string, prefix: string, value: string): string {
  const quoted = /[\s"']/.test(value) ? `"${value.replaceAll('"', "'")}"` : value;
  return `${query.slice(0, query.length - prefix.length)}${quoted} `;
}

/** The filters that there are, for an empty query. */
export function filterOffers(query: string): Offer[] {
  return FILTERS.map(([filter, about]) => ({ query: query + filter, label: filter, about }));
}
