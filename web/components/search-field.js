/** The search field: a combobox that offers filters and their values while they are typed. */
import { html, useEffect, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { call, wasAborted } from "../api.js";
import { complete, completionAt, dateOffers, fieldOffers, valueOffers } from "../filters.js";
import { count } from "../format.js";
import { busy, query, setQuery } from "../results.js";
import { Icon } from "./icon.js";

/** @typedef {import("../filters.js").Completion} Completion */
/** @typedef {import("../filters.js").Offer} Offer */

const MOST = 8;

/**
 * What can be offered at the caret; values come from the index.
 * @param {Completion|null} at @param {AbortSignal} signal @returns {Promise<Offer[]>}
 */
async function offersFor(at, signal) {
  if (!at) return [];
  if (at.field === "") return fieldOffers(at.prefix);
  if (at.field === "dt") return dateOffers(at.prefix);
  const found = await call("GET", "/suggest", { query: { field: at.field, prefix: at.prefix }, signal });
  return valueOffers(found.values ?? found.suggestions ?? []).slice(0, MOST);
}

/** @param {{onLeave: (key: string) => boolean}} props  told of keys that leave the field */
export function SearchField({ onLeave }) {
  const field = useRef(/** @type {HTMLInputElement|null} */ (null));
  const caret = useRef(/** @type {number|null} */ (null));
  const [at, setAt] = useState(/** @type {Completion|null} */ (null));
  const [offers, setOffers] = useState(/** @type {Offer[]} */ ([]));
  const [active, setActive] = useState(-1);
  const open = offers.length > 0;

  useEffect(() => {
    const aborter = new AbortController();
    offersFor(at, aborter.signal).then(
      (found) => {
        // An offer that only repeats what is there already is no help.
        const useful = found.length === 1 && found[0]?.label === at?.prefix ? [] : found;
        setOffers(useful);
        setActive(-1);
      },
      (fault) => wasAborted(fault) || setOffers([]),
    );
    return () => aborter.abort();
  }, [at?.field, at?.prefix, at?.start]);

  useLayoutEffect(() => {
    if (caret.current === null) return;
    field.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });

  const look = () => {
    const input = field.current;
    if (input) setAt(completionAt(input.value, input.selectionStart ?? input.value.length));
  };
  const close = () => setAt(null);
  /** @param {Offer} offer */
  const take = (offer) => {
    if (!at) return;
    const next = complete(query.value, at, offer);
    caret.current = next.caret;
    setQuery(next.text);
    setAt(completionAt(next.text, next.caret));
    field.current?.focus();
  };

  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    if (event.isComposing) return;
    const { key } = event;
    let done = true;
    if (open && key === "ArrowDown") setActive((active + 1) % offers.length);
    else if (open && key === "ArrowUp") setActive((active <= 0 ? offers.length : active) - 1);
    else if (open && key === "Tab" && !event.shiftKey) take(/** @type {Offer} */ (offers[Math.max(active, 0)]));
    else if (open && key === "Enter" && active >= 0) take(/** @type {Offer} */ (offers[active]));
    else if (open && key === "Escape") close();
    else if (key === "Escape" && query.value) setQuery("");
    else done = ["ArrowDown", "Enter", "Escape"].includes(key) && onLeave(key);
    if (done) event.preventDefault();
  };

  return html`
    <div class="field" role="search">
      <span class=${`field-icon ${busy.value ? "working" : ""}`}><${Icon} name="search" size=${20} /></span>
      <input id="q" ref=${field} class="field-input" type="text" dir="auto" value=${query.value}
        placeholder="Search your notes" aria-label="Search your notes" autofocus
        autocomplete="off" autocapitalize="off" spellcheck=${false} enterkeyhint="search"
        role="combobox" aria-autocomplete="list" aria-controls="offers" aria-expanded=${open}
        aria-activedescendant=${open && active >= 0 ? `offer-${active}` : undefined}
        onInput=${(/** @type {InputEvent} */ event) => {
          setQuery(/** @type {HTMLInputElement} */ (event.target).value);
          look();
        }}
        onKeyDown=${onKeyDown} onClick=${look} onBlur=${close} />
      ${query.value
        ? html`<button type="button" class="ghost" aria-label="Clear the search"
            onClick=${() => (setQuery(""), close(), field.current?.focus())}><${Icon} name="close" size=${16} /></button>`
        : html`<kbd class="field-key" aria-hidden="true">/</kbd>`}
      <ul id="offers" class="offers" role="listbox" aria-label="Filters" hidden=${!open}>
        ${offers.map(
          (offer, index) => html`
            <li key=${offer.label} id=${`offer-${index}`} role="option" class="offer"
              aria-selected=${index === active}
              onPointerDown=${(/** @type {PointerEvent} */ event) => (event.preventDefault(), take(offer))}>
              <span class="offer-label" dir="auto">${offer.label}</span>
              <span class="offer-hint">${offer.count === undefined ? offer.hint : count(offer.count)}</span>
            </li>`,
        )}
      </ul>
    </div>`;
}
