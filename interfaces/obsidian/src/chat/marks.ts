/** The numbers in an answer, as small marks that open what they stand for. */
import type { Citation, NumberedHit } from "../api/wire";
import { citationsOf, type Turn } from "./turns";

const MARK = /\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]/g;

export interface Mark {
  el: HTMLElement;
  n: number;
}

/** Makes marks of the numbers in `root` that stand for a source. Code and links are left alone. */
export function makeMarks(root: HTMLElement, numbers: ReadonlySet<number>): Mark[] {
  const marks: Mark[] = [];
  const walker = root.doc.createTreeWalker(root, 4 /* NodeFilter.SHOW_TEXT */);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  for (const text of texts) {
    if (text.parentElement?.closest("pre, code, a")) continue;
    const parts: (Node | string)[] = [];
    let at = 0;
    for (const match of text.data.matchAll(MARK)) {
      const found = (match[1] ?? "").split(/[,;]/).map(Number).filter((n) => numbers.has(n));
      if (!found.length) continue;
      parts.push(text.data.slice(at, match.index).replace(/ $/, "\u00a0"));
      for (const n of found) {
        const el = root.createEl("button", { cls: "khoj-lite-mark", text: String(n), attr: { type: "button" } });
        marks.push({ el, n });
        parts.push(el);
      }
      at = match.index + match[0].length;
    }
    if (parts.length) text.replaceWith(...parts, text.data.slice(at));
  }
  return marks;
}

export interface Meaning {
  hit: NumberedHit;
  citation: Citation | null;
}

/** What each mark stands for; its look and its label say whether the note bears it out. */
export function explainMarks(marks: Mark[], turn: Turn): Map<Element, Meaning> {
  const meanings = new Map<Element, Meaning>();
  const citations = citationsOf(
    marks.map(({ n }) => n),
    turn.citations,
  );
  marks.forEach(({ el, n }, index) => {
    const citation = citations[index] ?? null;
    const hit = citation?.hit ?? turn.sources.find((source) => source.n === n);
    if (!hit) return;
    meanings.set(el, { hit, citation });
    if (citation) el.addClass(`is-${citation.status}`);
    const standing = citation ? STANDING[citation.status] : "";
    const quote = citation?.quote ? `\n“${citation.quote.slice(0, 240)}”` : "";
    el.setAttribute("aria-label", `${hit.title}${standing}${quote}`);
  });
  return meanings;
}

const STANDING = { supported: ": the note says so", unsupported: ": the note does not say so" } as const;
