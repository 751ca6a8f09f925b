/** The control that opens a note in the person's own editor. */
import { html } from "../vendor/preact.js";
import { chooseEditor, editor, EDITORS, fileOf, openAddress } from "../editor.js";
import { choose } from "./confirm.js";
import { Icon } from "./icon.js";
import { say } from "./toasts.js";

/** @typedef {import("../editor.js").Place} Place */

/** Asks which program opens notes; "" when nothing was chosen. */
export async function askForEditor() {
  const name = await choose({
    title: "Open notes with",
    text: "Browsers do not open files by themselves. Choose the program you write in; you can change it under Status.",
    options: [...EDITORS.map(({ name, label }) => ({ value: name, label })), { value: "copy", label: "Copy the path instead" }],
    chosen: editor.value,
  });
  if (name) chooseEditor(name);
  return name;
}

/** Opens a note, asking first if need be. @param {Place} place */
export async function openNote(place) {
  let address = openAddress(place);
  if (!address && editor.value !== "copy" && !(await askForEditor())) return;
  address = openAddress(place);
  if (address) location.assign(address);
  else await copyPlace(place);
}

/** @param {Place} place */
async function copyPlace(place) {
  const where = `${fileOf(place)}:${place.line}`;
  try {
    await navigator.clipboard.writeText(where);
    say(`Copied ${where}`);
  } catch {
    say(where);
  }
}

/** @param {{hit: Place & {title: string}, small?: boolean}} props */
export function OpenNote({ hit, small = false }) {
  const address = openAddress(hit);
  const name = small ? "ghost small" : "button small";
  const inside = html`<${Icon} name="open" size=${16} />${!small && html`<span>Open</span>`}`;
  const label = small ? `Open ${hit.title} in your editor` : undefined;
  return address
    ? html`<a class=${name} href=${address} title="Open in your editor (o)" aria-label=${label}>${inside}</a>`
    : html`<button type="button" class=${name} title="Open in your editor (o)" aria-label=${label} onClick=${() => openNote(hit)}>${inside}</button>`;
}
