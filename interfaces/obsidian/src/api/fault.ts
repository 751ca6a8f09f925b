/** What went wrong, in one line for people, and the way out. */

/**
 * down: nobody answers at the address. slow: somebody does, but not in time. token: we are not let
 * in. refused: the daemon said no and why. garbled: what came is no answer of khoj_lite.
 */
export type FaultKind = "down" | "slow" | "token" | "refused" | "garbled";

export class Fault extends Error {
  constructor(
    readonly kind: FaultKind,
    message: string,
    readonly hint = "",
    /** The code of the daemon's error, like `bad_query`. */
    readonly code = "",
  ) {
    super(message);
    this.name = "Fault";
  }
}

export const START = "Start it with `khoj-lite serve`, or once for every login with `khoj-lite service install`.";
export const NEW_TOKEN = "Run `khoj-lite obsidian install` with the path of this vault, or paste what `khoj-lite token` prints into the settings.";

export function down(address: string): Fault {
  return new Fault("down", `khoj_lite does not answer at ${address}.`, START);
}

export function slow(seconds: number): Fault {
  return new Fault("slow", `khoj_lite said nothing for ${seconds} seconds.`, "It may be busy: try again in a moment.");
}

export function garbled(): Fault {
  return new Fault(
    "garbled",
    "What answered is not khoj_lite, or another version of it.",
    "Check the address in the settings, and run `khoj-lite obsidian install` to update the plugin.",
  );
}

/** The fault that an answer with an error status tells of. */
export function refusal(status: number, body: string): Fault {
  try {
    const { error } = JSON.parse(body) as { error: { code: string; message: string; hint?: string } };
    if (status === 401) return new Fault("token", "khoj_lite does not know this token.", NEW_TOKEN, error.code);
    return new Fault("refused", sentence(error.message), error.hint ?? "", error.code);
  } catch {
    return garbled();
  }
}

/** Any fault as one that can be shown: what is none of ours counts as an answer we cannot read. */
export function asFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  console.error("khoj-lite:", thrown); // most likely an answer of another shape than we know
  return garbled();
}

/** Whether a request was merely given up. */
export function wasAborted(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === "AbortError";
}

function sentence(text: string): string {
  const trimmed = text.trim();
  const capital = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
