/** What stands under an empty search field: saved searches, the latest notes and conversations. */
import { html, useEffect, useState } from "../vendor/preact.js";
import { call } from "../api.js";
import { ago, fileName, fullDate, shortPath } from "../format.js";
import { changes } from "../live.js";
import { searchFor } from "../results.js";
import { address } from "../router.js";
import { forget, loadSaved, rename, saved } from "../searches.js";
import { Icon, typeIcon } from "./icon.js";

/** @typedef {import("../types.js").FileRow} RecentFile */
/** @typedef {import("../types.js").ConversationRow} ConversationRow */

const NOTES = 6;
const CONVERSATIONS = 5;

export function Home() {
  const [files, setFiles] = useState(/** @type {RecentFile[]} */ ([]));
  const [talks, setTalks] = useState(/** @type {ConversationRow[]} */ ([]));
  useEffect(() => {
    loadSaved();
    call("GET", "/files", { query: { state: "ok", order: "modified", limit: NOTES } }).then((found) => setFiles(found.files), () => {});
    call("GET", "/conversations", { query: { limit: CONVERSATIONS } }).then((found) => setTalks(found.conversations), () => {});
  }, [changes.value]);
  return html`
    <div class="home">
      ${saved.value && saved.value.length > 0 &&
      html`<section class="home-saved" aria-labelledby="home-saved"><h2 id="home-saved">Saved searches</h2>
        <ul>${saved.value.map((search) => html`<${Saved} key=${search.id} search=${search} />`)}</ul></section>`}
      ${files.length > 0 &&
      html`<section aria-labelledby="home-notes"><h2 id="home-notes">Latest notes</h2>
        <ul>${files.map(
          (file) => html`<li key=${file.path}><a href=${address("note", file.entry ?? "")} title=${file.path}>
            <span class=${`type ${typeIcon(file.type)}`}><${Icon} name=${typeIcon(file.type)} size=${16} /></span>
            <span class="home-name" dir="auto">${file.title || fileName(file.path)}</span>
            <time class="faint" title=${`${shortPath(file.path)}, ${fullDate(file.modified)}`}>${ago(file.modified)}</time></a></li>`,
        )}</ul></section>`}
      ${talks.length > 0 &&
      html`<section aria-labelledby="home-talks"><h2 id="home-talks">Last conversations</h2>
        <ul>${talks.map(
          (talk) => html`<li key=${talk.id}><a href=${address("chat", talk.id)}>
            <span class="type"><${Icon} name="chat" size=${16} /></span>
            <span class="home-name" dir="auto">${talk.title}</span>
            <time class="faint" title=${fullDate(talk.updated)}>${ago(talk.updated)}</time></a></li>`,
        )}</ul></section>`}
    </div>`;
}

/** @param {{search: import("../searches.js").SavedSearch}} props */
function Saved({ search }) {
  const [naming, setNaming] = useState(false);
  /** @param {Event} event */
  const done = (event) => {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (/** @type {HTMLElement} */ (event.currentTarget).querySelector("input"));
    setNaming(false);
    if (field.value.trim() !== search.name) rename(search, field.value);
  };
  if (naming)
    return html`<li><form class="home-naming" onSubmit=${done}>
      <input class="small-field" aria-label=${`New name of ${search.name}`} value=${search.name} dir="auto"
        ref=${(/** @type {HTMLInputElement|null} */ field) => field && document.activeElement !== field && (field.focus(), field.select())}
        onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === "Escape" && (event.preventDefault(), setNaming(false))} />
      <button type="submit" class="button small">Rename</button></form></li>`;
  return html`
    <li class="saved"><a href=${address("search", "", { q: search.query })} title=${search.query}
        onClick=${(/** @type {MouseEvent} */ event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          searchFor(search.query);
        }}>
        <span class="type"><${Icon} name="star" size=${16} /></span><span class="home-name" dir="auto">${search.name}</span></a>
      <button type="button" class="ghost small" aria-label=${`Rename ${search.name}`} title="Rename" onClick=${() => setNaming(true)}><${Icon} name="pencil" size=${15} /></button>
      <button type="button" class="ghost small" aria-label=${`Forget ${search.name}`} title="Forget" onClick=${() => forget(search)}><${Icon} name="close" size=${15} /></button>
    </li>`;
}
