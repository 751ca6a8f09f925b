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
    text: message.text,
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
