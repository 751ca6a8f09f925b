import type { NumberedHit } from "../src/api/wire";

/** A hit, as little as need be said of it. */
export function hit(known: Partial<NumberedHit> = {}): NumberedHit {
  return {
    id: 1, n: 1, source: "notes", type: "markdown", path: "/notes/Bread.md", title: "Bread", outline: [], line: 1, end_line: 1,
    page: null, uri: "file:///notes/Bread.md", score: 0.5, snippet: "", highlights: [], tags: [], modified: "2026-01-01T00:00:00Z",
    ...known,
  };
}
