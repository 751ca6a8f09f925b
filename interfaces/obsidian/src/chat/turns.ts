/** A conversation as it is shown, and how the events of an answer change it. Pure. */
import { Fault } from "../api/fault";
import type { ChatEvent, Citation, DoneEvent, ErrorBody, Message, NumberedHit } from "../api/wire";

export interface Turn {
  role: "user" | "assistant";
  text: string;
  sources: NumberedHit[];
  citations: Citation[];
  /** What the daemon is at, while nothing is written yet. */
  doing: string;
  writing: boolean;
  stopped: boolean;
  fault: Fault | null;
  done: DoneEvent | null;
  /** Why notes are quoted although a model should answer. */
  fallback: ErrorBody | null;
}

export function question(text: string): Turn {
  return { ...EMPTY, role: "user", text };
}

/** The answer that is waited for. */
export function awaited(): Turn {
  return { ...EMPTY, doing: "Searching your notes", writing: true };
}

const EMPTY: Turn = {
  role: "assistant",
  text: "",
  sources: [],
  citations: [],
  doing: "",
  writing: false,
  stopped: false,
  fault: null,
  done: null,
  fallback: null,
};

/** The answer after one more event. */
export function taken(turn: Turn, event: ChatEvent): Turn {
  switch (event.event) {
    case "status":
      return { ...turn, doing: event.text };
    case "sources":
      return { ...turn, sources: event.sources };
    case "token":
      return { ...turn, text: turn.text + event.text, doing: "" };
    case "citations":
      return { ...turn, citations: event.citations };
    case "done":
      return { ...turn, done: event, fallback: event.fallback ?? null, writing: false, doing: "" };
    case "error":
      return { ...turn, fault: new Fault("refused", event.error.message, event.error.hint, event.error.code) };
    default:
      return turn;
  }
}

/** The answer once its stream has ended, however it did. */
export function ended(turn: Turn, how: { stopped?: boolean; fault?: Fault } = {}): Turn {
  const cut = !turn.done && !turn.fault && !how.stopped && !how.fault;
  const fault = how.fault ?? turn.fault ?? (cut ? new Fault("garbled", "The answer broke off.", "Ask again.") : null);
  return { ...turn, writing: false, doing: "", stopped: how.stopped ?? false, fault };
}

const SCOPE = /^(?:-?file:(?:"[^"]*"|'[^']*')\s+)+/;

/** A question without the filters that its scope put before it. */
export function bare(text: string): string {
  return text.replace(SCOPE, "");
}

/** The file that a question was put to, by the path in its filter; "" when it was put to more. */
export function scopeOf(text: string): string {
  const value = /^file:(?:"([^"]*)"|'([^']*)')\s/.exec(text);
  const path = (value?.[1] ?? value?.[2] ?? "").replace(/\[([*?[])\]/g, "$1");
  return path.endsWith("/*") ? "" : path;
}

/** An answer as one keeps it in a note: each number is a link to what it stands for. */
export function written(turn: Turn, link: (hit: NumberedHit) => string): string {
  const waiting = turn.citations.filter((citation) => citation.cited !== false);
  return turn.text.replace(/\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]/g, (mark, numbers: string) => {
    const links = numbers.split(/[,;]/).map(Number).flatMap((n) => {
      const at = waiting.findIndex((citation) => citation.n === n);
      const hit = at < 0 ? turn.sources.find((source) => source.n === n) : waiting.splice(at, 1)[0]?.hit;
      return hit ? [link(hit)] : [];
    });
    return links.length ? `(${links.join(", ")})` : mark;
  });
}

/** A kept message. */
export function kept(message: Message): Turn {
  const details = message.details as Partial<{
    sources: NumberedHit[];
    citations: Citation[];
    stopped: boolean;
    error: ErrorBody;
    fallback: ErrorBody | null;
  }>;
  return {
    ...EMPTY,
    role: message.role,
    text: message.role === "user" ? bare(message.text) : message.text,
    sources: details.sources ?? [],
    citations: details.citations ?? [],
    stopped: details.stopped === true && !details.error,
    fault: details.error ? new Fault("refused", details.error.message, details.error.hint, details.error.code) : null,
    fallback: details.fallback ?? null,
  };
}

/**
 * What the marks of an answer stand for, in the order of the marks: a number's next mark is its
 * next citation. `numbers` are those of the marks as they stand in the text.
 */
export function citationsOf(numbers: number[], citations: Citation[]): (Citation | null)[] {
  const waiting = citations.filter((citation) => citation.cited !== false);
  return numbers.map((n) => {
    const at = waiting.findIndex((citation) => citation.n === n);
    return at < 0 ? null : (waiting.splice(at, 1)[0] ?? null);
  });
}
