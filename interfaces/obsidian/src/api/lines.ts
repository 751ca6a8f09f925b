/** Newline-delimited JSON, from pieces that may end anywhere, within a letter too. */

/** The objects that the lines hold, as soon as each line is whole. */
export async function* lines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of pieces) {
    const parts = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) if (part.trim()) yield JSON.parse(part);
  }
  rest += decoder.decode();
  if (rest.trim()) yield JSON.parse(rest);
}
