/** Questions to the notes: the answer as it is written, its sources below it. */
import { brokenOff, DaemonError, stream, wasAborted } from "./daemon.js";
import { hitItem, noteLink } from "./hit.js";
import { rendered } from "./markdown.js";
import { $, make, show } from "./dom.js";

/** @param {(fault: unknown) => void} tell @param {() => void} calm @returns {(words: string) => void} */
export function startAsk(tell, calm) {
  const field = /** @type {HTMLTextAreaElement} */ ($("question"));
  const form = /** @type {HTMLFormElement} */ ($("ask"));
  let conversation = "";
  let asking = new AbortController();

  const ask = async () => {
    const message = field.value.trim();
    if (!message) return;
    asking.abort();
    const { signal } = (asking = new AbortController());
    calm();
    const turn = make("article", "turn");
    const answer = make("div", "answer");
    const sources = make("ol", "hits");
    answer.setAttribute("aria-busy", "true");
    turn.append(make("p", "question", message), answer, sources);
    $("turns").append(turn);
    turn.scrollIntoView({ block: "start" });
    busy(true);
    field.value = "";
    let text = "";
    let whole = false;
    /** @type {Map<number, any>} */
    let cited = new Map();
    const cite = (/** @type {number} */ n) => {
      const hit = cited.get(n);
      const mark = make("sup", "cite");
      mark.append(hit ? noteLink(hit, String(n), "") : String(n));
      return mark;
    };
    try {
      const body = { message, ...(conversation ? { conversation_id: conversation } : {}) };
      for await (const event of stream("POST", "/chat", { body, signal })) {
        if (event.event === "conversation") conversation = event.id;
        else if (event.event === "done") whole = true;
        else if (event.event === "status" && !text) answer.textContent = event.text;
        else if (event.event === "token") answer.replaceChildren(rendered((text += event.text), cite));
        else if (event.event === "citations") {
          cited = new Map(event.citations.map((/** @type {any} */ each) => [each.n, each.hit]));
          sources.replaceChildren(...[...cited].map(([n, hit]) => hitItem(hit, { n })));
        } else if (event.event === "error") throw new DaemonError(event.error.code, event.error.message, event.error.hint);
      }
      answer.replaceChildren(rendered(text, cite));
      if (!whole) throw brokenOff();
    } catch (fault) {
      if (!text) turn.remove(), (field.value = message);
      if (!wasAborted(fault)) tell(fault);
    } finally {
      answer.removeAttribute("aria-busy");
      if (asking.signal === signal) busy(false);
    }
  };

  /** @param {boolean} now */
  const busy = (now) => {
    show($("stop"), now);
    show($("send"), !now);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void ask();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void ask();
  });
  $("stop").addEventListener("click", () => asking.abort());
  return () => field.focus();
}
