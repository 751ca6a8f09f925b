/** The commands that a question may begin with, offered after a slash. */
import { html } from "../vendor/preact.js";

/** @typedef {{name: string, does: string, insert: string}} Command */

/** @type {Command[]} */
const COMMANDS = [
  { name: "/notes", does: "Answer from your notes: what happens without a command", insert: "/notes " },
  { name: "/general", does: "Answer from what the model knows, without your notes", insert: "/general " },
  { name: "/summarize", does: "Sum up one note or book, however long", insert: "/summarize " },
  { name: "/help", does: "What can be asked", insert: "/help" },
];

/** @param {string} text @returns {Command[]} */
export const commandsFor = (text) => (/^\/\w*$/.test(text) ? COMMANDS.filter(({ name }) => name.startsWith(text.toLowerCase())) : []);

/** @param {{offers: Command[], chosen: number, onTake: (command: Command) => void}} props */
export const Commands = ({ offers, chosen, onTake }) => html`
  <ul id="commands" class="commands" role="listbox" aria-label="Commands" hidden=${!offers.length}>
    ${offers.map(
      (offer, index) => html`
        <li key=${offer.name} id=${`command-${index}`} class="offer" role="option" aria-selected=${index === chosen}
          onMouseDown=${(/** @type {Event} */ event) => (event.preventDefault(), onTake(offer))}>
          <span class="offer-label">${offer.name}</span><span class="offer-hint">${offer.does}</span>
        </li>`,
    )}
  </ul>`;
