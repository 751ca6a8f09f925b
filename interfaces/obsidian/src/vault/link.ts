/** Links to what was found, as one writes them in a vault. Pure. */
import type { Hit } from "../api/wire";

/** The title of a hit's note, and the headings that lead to it within the note. */
export function headingsOf(hit: Pick<Hit, "outline" | "title">): string[] {
  const [first, ...rest] = hit.outline;
  return first === hit.title ? rest : hit.outline;
}

/** `folder/Note.md#Heading`, as Obsidian's own calls take it. */
export function linkText(path: string, hit: Pick<Hit, "outline" | "page">): string {
  const heading = path.toLowerCase().endsWith(".md") ? hit.outline.at(-1) : undefined;
  if (heading) return `${path}#${anchor(heading)}`;
  return hit.page && path.toLowerCase().endsWith(".pdf") ? `${path}#page=${hit.page}` : path;
}

/** `[[folder/Note#Heading|Title]]` for a path in the vault; other kinds of file keep their suffix. */
export function wikilink(path: string, hit: Pick<Hit, "outline" | "title" | "page">): string {
  const note = path.replace(/\.md$/i, "");
  const place = linkText(path, hit).slice(path.length);
  const heading = note === path ? undefined : hit.outline.at(-1);
  const name = note.slice(note.lastIndexOf("/") + 1);
  const shown = heading && heading !== hit.title ? `${hit.title} › ${heading}` : hit.title || name;
  const words = label(shown);
  return place || note !== words ? `[[${note}${place}|${words}]]` : `[[${note}]]`;
}

/** `[Title](address)` for what lies outside the vault. */
export function outerLink(hit: Pick<Hit, "title" | "uri" | "path">): string {
  const words = (hit.title || hit.path).replace(/[[\]\\]/g, "\\$&").replace(/\s+/g, " ");
  return `[${words}](<${hit.uri.replace(/[<>\n]/g, encodeURIComponent)}>)`;
}

/** A heading as links name it: without the signs that mean something in a link. */
function anchor(heading: string): string {
  return heading.replace(/[[\]|#^:%\\]/g, " ").replace(/\s+/g, " ").trim();
}

function label(text: string): string {
  return text.replace(/[[\]|]/g, " ").replace(/\s+/g, " ").trim();
}

/** A `file:` filter that only the file at `path` passes. */
export function fileFilter(path: string): string {
  const forward = path.replaceAll("\\", "/");
  const escaped = /[*?[]/.test(forward) ? forward.replace(/[*?[]/g, "[$&]") : forward;
  return escaped.includes('"') ? `file:'${escaped.replaceAll("'", "?")}'` : `file:"${escaped}"`;
}
