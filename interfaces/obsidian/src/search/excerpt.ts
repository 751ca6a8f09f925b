/** A snippet with the words that were found marked. */

export interface Piece {
  text: string;
  marked: boolean;
}

/** `text` cut at its highlights, which count code points as the daemon does. Pure. */
export function pieces(text: string, highlights: readonly (readonly [number, number])[]): Piece[] {
  const letters = Array.from(text);
  const found: Piece[] = [];
  let at = 0;
  const add = (end: number, marked: boolean) => {
    if (end > at) found.push({ text: letters.slice(at, end).join(""), marked });
    at = Math.max(at, end);
  };
  for (const [start, end] of [...highlights].sort((a, b) => a[0] - b[0])) {
    add(Math.min(start, letters.length), false);
    add(Math.min(end, letters.length), true);
  }
  add(letters.length, false);
  return found;
}
