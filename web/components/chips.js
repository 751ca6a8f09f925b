/** The filters of the query, each with a button that takes it out. */
import { html } from "../vendor/preact.js";
import { chips, without } from "../filters.js";
import { like, query, setQuery } from "../results.js";
import { go } from "../router.js";
import { Icon } from "./icon.js";

export function Chips() {
  const found = chips(query.value);
  const similar = like.value;
  if (!found.length && !similar) return null;
  return html`
    <ul class="chips" aria-label="Filters in use">
      ${similar &&
      html`<li class="chip strong"><${Icon} name="similar" size=${14} />
        <span dir="auto">Similar to ${similar.title}</span>
        <button type="button" aria-label="Back to the search"
          onClick=${() => go(`#/search${query.value ? `?q=${encodeURIComponent(query.value)}` : ""}`)}>
          <${Icon} name="close" size=${12} /></button></li>`}
      ${!similar &&
      found.map(
        (chip) => html`<li key=${chip.text + chip.start} class="chip">
          <span dir="auto">${chip.label}</span>
          <button type="button" aria-label=${`Remove ${chip.label}`}
            onClick=${() => setQuery(without(query.value, chip))}><${Icon} name="close" size=${12} /></button></li>`,
      )}
    </ul>`;
}
