/** The page before the first question: who answers, and questions to begin with, made from the tags in use. */
import { html, useEffect, useState } from "../vendor/preact.js";
import { call } from "../api.js";
import { ask, setDraft } from "../conversation.js";
import { isEmpty } from "../live.js";
import { Icon } from "./icon.js";
import { NoModelYet } from "./no-model-yet.js";

/** Tags that tell a program what to do, and say nothing of what a note is about. */
const TECHNICAL = /^(?:no_?export|export|archived?|attach|ignore|crypt|draft|publish(?:ed)?|template|todo|done|inbox|no-train|docs?|note|notes)$/i;
const WORDS = /^\p{L}[\p{L}\p{N} _/-]{2,30}$/u;

export function FirstQuestions() {
  const [topics, setTopics] = useState(/** @type {string[]} */ ([]));
  useEffect(() => {
    call("GET", "/suggest", { query: { field: "tag", prefix: "" } }).then(
      (found) => setTopics(found.values.map((/** @type {{value: string}} */ each) => each.value).filter((/** @type {string} */ tag) => WORDS.test(tag) && !TECHNICAL.test(tag)).slice(0, 3)),
      () => {},
    );
  }, []);
  const questions = [
    ...topics.map((topic) => `What do my notes say about ${topic.replace(/[-_/]/g, " ")}?`),
    "What did I plan to do next?",
    "/help",
  ].slice(0, 4);
  return html`
    <div class="first">
      <h1>Ask your notes</h1>
      <p class="lead">Answers come from what you wrote, and each number opens the line it stands on.</p>
      ${isEmpty.value
        ? html`<p class="soft">There are no notes yet: <a href="#/sources">add a folder</a> first.</p>`
        : html`<ul class="first-list">
            ${questions.map(
              (question) => html`<li key=${question}><button type="button" class="first-question" onClick=${() => (setDraft(""), ask(question))}>
                <span dir="auto">${question === "/help" ? "What can I ask?" : question}</span><${Icon} name="right" size=${16} /></button></li>`,
            )}
          </ul>`}
      <${NoModelYet} />
    </div>`;
}
