/** The commands that a question may begin with, offered after a slash. */
import { html } from "../vendor/preact.js";
import { call } from "../api.js";
import { fileName, shortPath } from "../format.js";

const MOST = 6;

/** @typedef {{name: string, does: string, insert: string}} Command */

/** @type {Command[]} */
const COMMANDS = [
  { name: "/notes", does: "Answer from your notes: what happens without a command", insert: "/notes " },
  { name: "/general", does: "Answer from what the model knows, without your notes", insert: "/general " },
  { name: "/summarize", does: "Sum up one note or book, however long", insert: "/summarize " },
  { name: "/help", does: "What can be asked", insert: "/help" },
];

/** What the text can be made into at once. @param {string} text @returns {Command[]} */
export const commandsFor = (text) => (/^\/\w*$/.test(text) ? COMMANDS.filter(({ name }) => name.startsWith(text.toLowerCase())) : []);

/** The notes that a command may mean, by the words behind it. @param {string} text @param {AbortSignal} signal @returns {Promise<Command[]>} */
export async function notesFor(text, signal) {
  const prefix = /^\/summarize\s+(\S.*)$/i.exec(text)?.[1];
  if (!prefix) return [];
  const found = /** @type {{values: {value: string}[]}} */ (await call("GET", "/suggest", { query: { field: "file", prefix }, signal }));
  const paths = found.values.map(({ value }) => value);
  if (paths.includes(prefix)) return [];
  return paths.slice(0, MOST).map((path) => ({ name: fileName(path), does: shortPath(path, 4), insert: `/summarize ${path}` }));
}

/** @param {{offers: Command[], chosen: number, onTake: (command: Command) => void}} props */
export const Commands = ({ offers, chosen, onTake }) => html`
  <ul id="commands" class="commands" role="listbox" aria-label="Commands" hidden=${!offers.length}>
    ${offers.map(
      (offer, index) => html`
        <li key=${offer.insert} id=${`command-${index}`} class="offer" role="option" aria-label=${`${offer.name}: ${offer.does}`} aria-selected=${index === chosen}
          onMouseDown=${(/** @type {Event} */ event) => (event.preventDefault(), onTake(offer))}>
          <span class="offer-label">${offer.name}</span><span class="offer-hint">${offer.does}</span>
        </li>`,
    )}
  </ul>`;
