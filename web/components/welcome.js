/** The first minute: nothing is indexed yet, and one folder is all it takes. */
import { html } from "../vendor/preact.js";
import { AddSource } from "./add-source.js";
import { Icon } from "./icon.js";

const PROMISES = [
  { icon: "search", title: "Find by meaning", text: "Ask in your own words; spelling and exact phrases count too." },
  { icon: "quote", title: "Answers that quote", text: "Every answer shows the sentence and the line it stands on." },
  { icon: "check", title: "Stays here", text: "Nothing leaves this computer. Your files are only read, never changed." },
];

export const Welcome = () => html`
  <div class="welcome">
    <h1>Search everything you wrote down</h1>
    <p class="lead">Choose the folder your notes are in: an Obsidian vault, Org files, Logseq, or plain text.</p>
    <${AddSource} big />
    <ul class="promises">
      ${PROMISES.map(
        (promise) => html`<li key=${promise.title}><${Icon} name=${promise.icon} size=${20} />
          <div><h2>${promise.title}</h2><p>${promise.text}</p></div></li>`,
      )}
    </ul>
  </div>`;
