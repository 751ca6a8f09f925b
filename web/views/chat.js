/** Chat: ask, read the answer, open what it cites beside it. */
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { Answer } from "../components/answer.js";
import { Beside } from "../components/beside.js";
import { ChatFault } from "../components/chat-fault.js";
import { CiteCard, dismissCard } from "../components/cite-card.js";
import { Composer } from "../components/composer.js";
import { ConversationList } from "../components/conversation-list.js";
import { FirstQuestions } from "../components/first-questions.js";
import { FollowUps } from "../components/follow-ups.js";
import { Icon } from "../components/icon.js";
import { Question } from "../components/question.js";
import { Skeletons } from "../components/skeletons.js";
import { Thread } from "../components/thread.js";
import { chatFault, conversationId, loading, openConversation, said, stop, turns, writing } from "../conversation.js";
import { isTyping } from "../keys.js";
import { go, route } from "../router.js";
import { stylesheet } from "../stylesheet.js";

/** @typedef {import("../types.js").Hit} Hit */
/** @typedef {{hit: Hit, quote: string, held: {element?: HTMLElement, top: number}}} Open */

await stylesheet("chat.css");

export function ChatView() {
  const { id } = route.value;
  const [beside, setBeside] = useState(/** @type {Open|null} */ (null));
  const [listOpen, setListOpen] = useState(false);

  useEffect(() => {
    if (id !== conversationId.peek()) setBeside(null);
    openConversation(id);
  }, [id]);

  /** @type {import("../components/answer-text.js").OnCite} */
  const open = (hit, quote = "", element) =>
    setBeside({ hit, quote, held: { top: element?.getBoundingClientRect().top ?? 0, ...(element ? { element } : {}) } });
  const opener = useRef(/** @type {HTMLElement|null} */ (null));
  const close = () => {
    opener.current = beside?.held.element ?? document.getElementById("ask");
    setBeside(null);
  };
  // Only when the sheet is gone can what lies below it have the focus again.
  useEffect(() => {
    if (beside || !opener.current) return;
    opener.current.focus({ preventScroll: true });
    opener.current = null;
    dismissCard();
  }, [beside]);
  useEffect(() => {
    /** @param {KeyboardEvent} event */
    const onKey = (event) => {
      if (event.defaultPrevented || /** @type {Element} */ (event.target).closest?.("dialog")) return;
      if (event.key === "Escape") {
        if (dismissCard()) return;
        if (writing.value) stop();
        else if (listOpen) setListOpen(false);
        else if (beside) close();
        else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      } else if (event.key === "n" && !isTyping(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        go("#/chat");
        document.getElementById("ask")?.focus();
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [beside, listOpen]);
  return html`
    <main id="main" class=${`chat ${beside ? "beside" : ""} ${listOpen ? "list-open" : ""}`}>
      <${ConversationList} onGo=${() => setListOpen(false)} />
      <section class="thread-column" aria-label="Conversation">
        <div class="thread-bar">
          <button type="button" class="button small" aria-expanded=${listOpen} onClick=${() => setListOpen(!listOpen)}>
            <${Icon} name=${listOpen ? "close" : "list"} size=${16} /> Conversations</button>
          <a class="ghost" href="#/chat" aria-label="New conversation" onClick=${() => setListOpen(false)}><${Icon} name="plus" /></a>
        </div>
        <${Turns} onCite=${open} held=${beside?.held} />
        <div class="composer-row"><${Composer} /></div>
        <p class="visually-hidden" role="status" aria-live="polite">${said.value}</p>
      </section>
      ${beside &&
      html`<${Beside} hit=${beside.hit} quote=${beside.quote} onClose=${close}
        onOpen=${(/** @type {Hit} */ hit) => setBeside({ ...beside, hit, quote: "" })} />`}
      <${CiteCard} />
    </main>`;
}

/** @param {{onCite: import("../components/answer-text.js").OnCite, held?: Open["held"]}} props */
function Turns({ onCite, held }) {
  const shown = turns.value;
  return html`
    <${Thread} mark=${`${conversationId.value} ${shown.length}`} held=${held}>
      ${loading.value
        ? html`<div class="thread"><${Skeletons} count=${3} /></div>`
        : shown.length === 0 && !chatFault.value
          ? html`<${FirstQuestions} />`
          : html`<ol class="thread">
              ${shown.map((turn, index) =>
                turn.peek().role === "user"
                  ? html`<${Question} key=${index} turn=${turn} />`
                  : html`<${Answer} key=${index} turn=${turn} question=${shown[index - 1]?.peek().text ?? ""} onCite=${onCite} />`,
              )}
            </ol>
            <${FollowUps} />`}
      ${chatFault.value && html`<div class="thread"><${ChatFault} fault=${chatFault.value} /></div>`}
    <//>`;
}
