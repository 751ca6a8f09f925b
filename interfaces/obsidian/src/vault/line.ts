/** Where in a note to jump to, though the note may have changed since it was indexed. Pure. */
import type { Hit } from "../api/wire";

/** A heading as Obsidian's cache knows it; `line` counts from 0. */
export interface Heading {
  heading: string;
  line: number;
}

/**
 * The line (from 0) that a hit stands at. The index may be a moment behind the editor: when the
 * last heading that the hit stands under is elsewhere now, its place counts.
 */
export function lineOf(hit: Pick<Hit, "line" | "outline">, headings: readonly Heading[]): number {
  const line = Math.max(0, hit.line - 1);
  const wanted = hit.outline.at(-1);
  if (wanted === undefined) return line;
  const above = headings.filter((each) => each.line <= line).at(-1);
  if (above && same(above.heading, wanted)) return line;
  const moved = headings.filter((each) => same(each.heading, wanted));
  const nearest = moved.sort((a, b) => Math.abs(a.line - line) - Math.abs(b.line - line))[0];
  return nearest ? nearest.line : line;
}

/** Headings are compared by their letters and digits: the index knows no markup. */
function same(one: string, other: string): boolean {
  const bare = (text: string) => text.replace(/[^\p{L}\p{N}]+/gu, "").toLowerCase();
  return bare(one) === bare(other);
}
