/** Chat: ask, read the answer, open what it cites beside it. */
import { html, useEffect, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { call } from "../api.js";
import { Composer } from "../components/composer.js";
import { ConversationList } from "../components/conversation-list.js";
import { Fault } from "../components/fault.js";
import { Icon } from "../components/icon.js";
import { AnswerTurn, Question } from "../components/message.js";
import { NotePane } from "../components/note-pane.js";
import { Skeletons } from "../components/skeletons.js";
import { ask, chatFault, conversationId, loadConversations, loading, openConversation, setDraft, stop, turns, writing } from "../conversation.js";
import { isTyping } from "../keys.js";
import { isEmpty } from "../live.js";
import { go, route } from "../router.js";

/** @typedef {import("../types.js").Hit} Hit */

export function ChatView() {
  const { id } = route.value;
  const thread = useRef(/** @type {HTMLElement|null} */ (null));
  const [beside, setBeside] = useState(/** @type {{hit: Hit, quote: string}|null} */ (null));
  const [listOpen, setListOpen] = useState(false);

  useEffect(() => void loadConversations(), []);
  useEffect(() => {
    if (id !== conversationId.value) setBeside(null);
    openConversation(id);
  }, [id]);

  // The newest words stay in sight, unless the reader has scrolled up to something.
  useLayoutEffect(() => {
    const box = thread.current;
    if (box && (box.scrollHeight - box.scrollTop - box.clientHeight < 240 || turns.value.at(-1)?.text === ""))
      box.scrollTop = box.scrollHeight;
  }, [turns.value]);

  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    if (event.key === "Escape" && writing.value) stop();
    else if (event.key === "Escape" && beside && !isTyping(event.target)) close();
    else if (event.key === "n" && !isTyping(event.target) && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      go("#/chat");
      document.getElementById("ask")?.focus();
    }
  };
  const close = () => {
    setBeside(null);
    document.getElementById("ask")?.focus();
  };
  const shown = turns.value;
  return html`
    <main id="main" class=${`chat ${beside ? "beside" : ""} ${listOpen ? "list-open" : ""}`} onKeyDown=${onKeyDown}>
      <${ConversationList} onGo=${() => setListOpen(false)} />
      <section class="thread-column" aria-label="Conversation">
        <div class="thread-bar">
          <button type="button" class="button small" aria-expanded=${listOpen} onClick=${() => setListOpen(!listOpen)}>
            <${Icon} name=${listOpen ? "close" : "list"} size=${16} /> Conversations</button>
          <a class="ghost" href="#/chat" aria-label="New conversation"><${Icon} name="plus" /></a>
        </div>
        <div class="thread-scroll" ref=${thread} tabindex="0" role="region" aria-label="Messages">
          ${loading.value
            ? html`<div class="thread"><${Skeletons} count=${3} /></div>`
            : shown.length === 0 && !chatFault.value
              ? html`<${FirstQuestions} />`
              : html`<ol class="thread">
                  ${shown.map((turn, index) =>
                    turn.role === "user"
                      ? html`<${Question} key=${turn.id} turn=${turn} />`
                      : html`<${AnswerTurn} key=${turn.id} turn=${turn} index=${index}
                          question=${shown[index - 1]?.text ?? ""} onCite=${(/** @type {Hit} */ hit, quote = "") => setBeside({ hit, quote })} />`,
                  )}
                </ol>
                <${FollowUps} />`}
          ${chatFault.value && html`<div class="thread"><${Fault} fault=${chatFault.value} /></div>`}
        </div>
        <div class="composer-row">
          <${Composer} />
          <p class="composer-note">Answers are sentences of your own notes, quoted word for word.</p>
        </div>
      </section>
      ${beside &&
      html`<${NotePane} hit=${beside.hit} quote=${beside.quote} closable onBack=${close}
        onOpen=${(/** @type {Hit} */ hit) => setBeside({ hit, quote: "" })} />`}
    </main>`;
}

/** The page before the first question: some to begin with, made from the tags in use. */
function FirstQuestions() {
  const [topics, setTopics] = useState(/** @type {string[]} */ ([]));
  useEffect(() => {
    call("GET", "/suggest", { query: { field: "tag", prefix: "" } }).then(
      (found) => setTopics(found.values.map((/** @type {{value: string}} */ each) => each.value).filter((/** @type {string} */ tag) => /^\p{L}[\p{L}\p{N} _/-]{2,30}$/u.test(tag)).slice(0, 3)),
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
      <p class="lead">Every answer quotes your own words, and each number opens the line it stands on.</p>
      ${isEmpty.value
        ? html`<p class="soft">There are no notes yet: <a href="#/sources">add a folder</a> first.</p>`
        : html`<ul class="first-list">
            ${questions.map(
              (question) => html`<li key=${question}><button type="button" class="first-question" onClick=${() => (setDraft(""), ask(question))}>
                <span>${question === "/help" ? "What can I ask?" : question}</span><${Icon} name="right" size=${16} /></button></li>`,
            )}
          </ul>`}
    </div>`;
}

/** Questions that go on from the last answer: the notes that were read but not quoted. */
function FollowUps() {
  const last = turns.value.at(-1);
  if (!last || last.role !== "assistant" || last.writing || last.fault || last.details?.answered === false) return null;
  const cited = new Set((last.details?.citations ?? []).map((citation) => citation.n));
  const seen = new Set((last.details?.sources ?? []).filter((hit) => cited.has(hit.n ?? 0)).map((hit) => hit.title));
  const asked = turns.value.map((turn) => turn.text);
  const questions = [...new Set((last.details?.sources ?? []).map((hit) => hit.outline.at(-1) || hit.title))]
    .filter((title) => title && !seen.has(title) && title.length > 5 && title.length < 48)
    .map((title) => (/[?？]$/u.test(title) ? title : `What about ${title}?`))
    .filter((question) => !asked.includes(question))
    .slice(0, 3);
  if (!questions.length) return null;
  return html`
    <p class="follow-ups">
      ${questions.map((question) => html`<button key=${question} type="button" class="chip offer-chip" dir="auto" onClick=${() => ask(question)}>
        <span>${question}</span></button>`)}
    </p>`;
}
