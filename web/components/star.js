/** The star that keeps a search. */
import { html, useEffect } from "../vendor/preact.js";
import { like, query } from "../results.js";
import { forget, keep, loadSaved, saved, savedAs } from "../searches.js";
import { Icon } from "./icon.js";

export function Star() {
  useEffect(() => void (saved.value ?? loadSaved()), []);
  if (like.value || !query.value.trim()) return null;
  const known = savedAs(query.value);
  const label = known ? "Saved; forget this search" : "Save this search";
  return html`
    <button type="button" class="ghost small" aria-pressed=${known !== undefined} aria-label=${label} title=${label}
      onClick=${() => (known ? forget(known) : keep(query.value))}><${Icon} name="star" size=${17} /></button>`;
}
