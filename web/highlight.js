/** Cuts text into plain and marked pieces. Offsets from the daemon count code points. */

/**
 * @param {string} text @param {readonly (readonly [number, number])[]} ranges
 * @returns {{text: string, marked: boolean}[]}
 */
export function pieces(text, ranges) {
  const points = Array.from(text);
  const out = [];
  let at = 0;
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (start < at || end <= start) continue;
    if (start > at) out.push({ text: points.slice(at, start).join(""), marked: false });
    out.push({ text: points.slice(start, end).join(""), marked: true });
    at = end;
  }
  if (at < points.length) out.push({ text: points.slice(at).join(""), marked: false });
  return out;
}

/** The distinct words marked in a hit, to find them again in the rendered note.
 * @param {{snippet: string, highlights: readonly (readonly [number, number])[]}} hit */
export const markedWords = (hit) => [
  ...new Set(
    pieces(hit.snippet, hit.highlights)
      .filter((piece) => piece.marked)
      .map((piece) => piece.text.toLowerCase()),
  ),
];
