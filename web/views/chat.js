/** Chat: ask, read the answer, open what it cites beside it. */
import { html, useEffect, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
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
import { plural } from "../format.js";
import { isTyping } from "../keys.js";
import { go, route } from "../router.js";
import { stylesheet } from "../stylesheet.js";

/** @typedef {import("../types.js").Hit} Hit */
/** @typedef {{hit: Hit, quote: string, held: {element?: HTMLElement, top: number}}} Open */

await Promise.all([stylesheet("note.css"), stylesheet("chat.css")]);

/** How many turns of a long conversation are drawn at first, and with each step back. */
const AT_ONCE = 60;

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
  const [more, setMore] = useState(0);
  const fromEnd = useRef(0);
  useEffect(() => setMore(0), [conversationId.value]);
  // What comes in above must not move what is read. (Browsers see to that, but not at the very top.)
  useLayoutEffect(() => {
    const box = document.querySelector(".thread-scroll");
    if (box && more) box.scrollTop = box.scrollHeight - fromEnd.current;
  }, [more]);
  const showEarlier = () => {
    const box = document.querySelector(".thread-scroll");
    if (box) fromEnd.current = box.scrollHeight - box.scrollTop;
    setMore(more + AT_ONCE);
  };
  // Pairs of question and answer, so that an answer never stands without its question.
  const first = Math.max(0, shown.length - shown.length % 2 - AT_ONCE - more);
  return html`
    <${Thread} mark=${`${conversationId.value} ${shown.length}`} held=${held}>
      ${loading.value
        ? html`<div class="thread"><${Skeletons} count=${3} /></div>`
        : shown.length === 0 && !chatFault.value
          ? html`<${FirstQuestions} />`
          : html`${first > 0 && html`<${Earlier} key=${first} count=${first} onMore=${showEarlier} />`}
            <ol class="thread">
              ${shown.slice(first).map((turn, at) =>
                turn.peek().role === "user"
                  ? html`<${Question} key=${first + at} turn=${turn} />`
                  : html`<${Answer} key=${first + at} turn=${turn} question=${shown[first + at - 1]?.peek().text ?? ""} onCite=${onCite} />`,
              )}
            </ol>
            <${FollowUps} />`}
      ${chatFault.value && html`<div class="thread"><${ChatFault} fault=${chatFault.value} /></div>`}
    <//>`;
}

/** What stands before the turns that are drawn; it makes way for them as it comes near. @param {{count: number, onMore: () => void}} props */
function Earlier({ count, onMore }) {
  const button = useRef(/** @type {HTMLElement|null} */ (null));
  useEffect(() => {
    if (!button.current) return undefined;
    const watcher = new IntersectionObserver(([entry]) => entry?.isIntersecting && onMore(), {
      root: button.current.closest(".thread-scroll"),
      rootMargin: "900px",
    });
    watcher.observe(button.current);
    return () => watcher.disconnect();
  }, []);
  return html`<p class="earlier"><button ref=${button} type="button" class="button small" onClick=${onMore}>Earlier: ${plural(count, "message")}</button></p>`;
}
