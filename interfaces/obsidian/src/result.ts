/** One result as it is drawn everywhere: title, where it stands, and the words that were found. */
import type { Hit } from "./api/wire";
import type { Notes } from "./notes";
import { pieces } from "./search/excerpt";
import { headingsOf } from "./vault/link";

const SNIPPET_LETTERS = 320;

/** Draws `hit` into `parent`. */
export function drawHit(parent: HTMLElement, hit: Hit, notes: Notes): void {
  const file = notes.fileOf(hit);
  const head = parent.createDiv({ cls: "khoj-lite-hit-head" });
  head.createSpan({ cls: "khoj-lite-hit-title", text: hit.title || hit.path });
  if (hit.page) head.createSpan({ cls: "khoj-lite-hit-kind", text: `page ${hit.page}` });
  else if (hit.type !== "markdown") head.createSpan({ cls: "khoj-lite-hit-kind", text: hit.type });
  const headings = headingsOf(hit);
  if (headings.length) parent.createDiv({ cls: "khoj-lite-hit-outline", text: headings.join(" › ") });
  const snippet = parent.createDiv({ cls: "khoj-lite-hit-snippet", attr: { dir: "auto" } });
  drawSnippet(snippet, hit);
  const folder = file ? file.path : `${hit.source} · ${hit.path.split(/[\\/]/).slice(-2).join("/")}`;
  parent.createDiv({ cls: "khoj-lite-hit-path", text: folder });
}

/** The snippet with its words marked: note text stays text. */
export function drawSnippet(parent: HTMLElement, hit: Pick<Hit, "snippet" | "highlights">): void {
  let left = SNIPPET_LETTERS;
  for (const { text, marked } of pieces(hit.snippet, hit.highlights)) {
    if (left <= 0) break;
    const shown = text.replace(/\s+/g, " ").slice(0, left);
    left -= shown.length;
    if (marked) parent.createEl("mark", { text: shown });
    else parent.appendText(shown);
  }
}
