/** One hit in the list. */
import { html } from "../vendor/preact.js";
import { ago, fileName, fullDate } from "../format.js";
import { pieces } from "../highlight.js";
import { tagFilter } from "../filters.js";
import { explain, searchFor, showSimilar } from "../results.js";
import { pictureOf } from "../render/pictures.js";
import { Icon, typeIcon } from "./icon.js";
import { later } from "./later.js";

/** @typedef {import("../types.js").Hit} Hit */

const OpenNote = later(async () => (await import("./open-note.js")).OpenNote, null);

/** @param {{hit: Hit, chosen: boolean, onRead: (hit: Hit) => void, onChoose: () => void}} props */
export function Result({ hit, chosen, onRead, onChoose }) {
  const outline = hit.outline.at(-1) === hit.title ? hit.outline.slice(0, -1) : hit.outline;
  return html`
    <li class=${`result ${chosen ? "chosen" : ""}`} data-id=${hit.id}>
      <article onClick=${(/** @type {MouseEvent} */ event) => {
        // The whole card is a target, but links, buttons and selecting text keep their meaning.
        if (/** @type {Element} */ (event.target).closest("a, button") || getSelection()?.toString()) return;
        onRead(hit);
      }}>
        <div class="result-top">
          <span class=${`type ${typeIcon(hit.type)}`} title=${hit.type}><${Icon} name=${typeIcon(hit.type)} /></span>
          <h3 class="result-title" dir="auto">
            <a href=${`#/note/${hit.id}?line=${hit.line}`} class="result-link" onFocus=${onChoose}
              onClick=${(/** @type {MouseEvent} */ event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                event.preventDefault();
                onRead(hit);
              }}>${hit.title || fileName(hit.path)}</a>
          </h3>
          <time class="result-date" title=${fullDate(hit.modified)}>${ago(hit.modified)}</time>
        </div>
        ${outline.length > 0 &&
        html`<p class="crumbs" dir="auto">${outline.map((part, index) => html`<span key=${index}>${part}</span>`)}</p>`}
        ${hit.type === "image" &&
        html`<img class="thumb" src=${pictureOf(hit.id, 320)} alt="" loading="lazy" />`}
        <p class="snippet" dir="auto">
          ${pieces(hit.snippet, hit.highlights).map((piece) => (piece.marked ? html`<mark>${piece.text}</mark>` : piece.text))}
        </p>
        <div class="result-foot">
          <span class="result-path" title=${hit.path}>${hit.source}<span class="sep">/</span>${fileName(hit.path)}</span>
          <span class="result-tags">
            ${hit.tags.slice(0, 4).map(
              (tag) => html`<button key=${tag} type="button" class="tag"
                onClick=${() => searchFor(tagFilter(tag))}>#${tag}</button>`,
            )}
          </span>
          <span class="result-actions">
            <button type="button" class="ghost small" title="Find similar notes (s)" aria-label=${`Notes similar to ${hit.title}`}
              onClick=${() => showSimilar({ path: hit.path, line: hit.line, title: hit.title })}><${Icon} name="similar" size=${16} /></button>
            <${OpenNote} hit=${hit} small />
          </span>
        </div>
        ${explain.value && html`<${Why} hit=${hit} />`}
      </article>
    </li>`;
}

/** What each side of the search contributed. @param {{hit: Hit}} props */
function Why({ hit }) {
  const why = hit.explain;
  const parts = why
    ? [
        why.lexical_rank ? `words: rank ${why.lexical_rank}` : "words: not found",
        why.semantic_rank ? `meaning: rank ${why.semantic_rank}` : "meaning: not found",
        why.cosine === null ? "" : `cosine ${why.cosine.toFixed(2)}`,
        why.picture === null ? "" : `what the photo shows: cosine ${why.picture.toFixed(2)}`,
      ]
    : [];
  return html`
    <div class="why">
      <meter min="0" max="1" value=${hit.score} aria-label="Score"></meter>
      <span>${hit.score.toFixed(2)}</span>
      <span class="soft">${parts.filter(Boolean).join(" · ")}</span>
    </div>`;
}
