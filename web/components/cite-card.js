/** The card beside a number: which note, which line, what it says there. */
import { html, signal, useLayoutEffect, useRef } from "../vendor/preact.js";
import { fileName } from "../format.js";
import { Icon, typeIcon } from "./icon.js";

/** @typedef {import("../types.js").Hit} Hit */
/** @typedef {{mark: HTMLElement, hit: Hit, citation?: import("../types.js").Citation}} Cited */

const SHOW_MS = 140;
const HIDE_MS = 180;
const EDGE = 12;

const card = signal(/** @type {Cited|null} */ (null));
let timer = 0;

/** @param {Cited} cited @param {boolean} [now] */
export function showCard(cited, now = false) {
  clearTimeout(timer);
  timer = setTimeout(() => (card.value = cited), now || card.value ? 0 : SHOW_MS);
}

/** @param {boolean} [soon] leaves time to move onto the card */
export function hideCard(soon = false) {
  clearTimeout(timer);
  if (soon) timer = setTimeout(() => (card.value = null), HIDE_MS);
  else card.value = null;
}

/** Whether there was a card to close. */
export function dismissCard() {
  const open = card.value !== null;
  hideCard();
  return open;
}

export function CiteCard() {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const cited = card.value;
  useLayoutEffect(() => {
    if (!cited || !box.current) return undefined;
    place(box.current, cited.mark);
    cited.mark.setAttribute("aria-describedby", "cite-card");
    return () => cited.mark.removeAttribute("aria-describedby");
  }, [cited]);
  if (!cited?.mark.isConnected) return null;
  const { hit, citation } = cited;
  const quote = (citation?.status === "supported" && citation.quote) || hit.snippet;
  return html`
    <div ref=${box} id="cite-card" class="cite-card" role="tooltip"
      onMouseEnter=${() => clearTimeout(timer)} onMouseLeave=${() => hideCard(true)}>
      <p class="cite-card-title" dir="auto"><span class=${`type ${typeIcon(hit.type)}`}><${Icon} name=${typeIcon(hit.type)} size=${15} /></span>
        <span class="clip">${hit.title || fileName(hit.path)}</span></p>
      <p class="cite-card-place"><span class="clip">${placeOf(hit)}</span></p>
      ${quote && html`<p class="cite-card-quote" dir="auto">${quote}</p>`}
      <${Standing} status=${citation?.status} />
    </div>`;
}

/** Where a source stands, in a few words. @param {Hit} hit */
export const placeOf = (hit) => `${fileName(hit.path)} · ${hit.page ? `page ${hit.page}` : `line ${hit.line}`}`;

/** @param {{status: string|undefined}} props */
const Standing = ({ status }) => {
  if (status === "supported")
    return html`<p class="standing good"><${Icon} name="check" size=${14} /> Your note says so</p>`;
  if (status === "unsupported")
    return html`<p class="standing bad"><${Icon} name="warning" size=${14} /> Not borne out by this note</p>`;
  return html`<p class="standing">Given to the model with the question</p>`;
};

/** Below the number, or above where there is no room. @param {HTMLElement} box @param {HTMLElement} mark */
function place(box, mark) {
  const at = mark.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const left = Math.min(Math.max(EDGE, at.left + at.width / 2 - width / 2), innerWidth - width - EDGE);
  const below = at.bottom + 8;
  box.style.left = `${Math.round(left)}px`;
  box.style.top = `${Math.round(below + height > innerHeight - EDGE ? Math.max(EDGE, at.top - height - 8) : below)}px`;
}
