/** How a request travels: the seam between the client and its host. */

export interface Outgoing {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
  signal: AbortSignal;
}

export interface Incoming {
  status: number;
  text(): Promise<string>;
  /** The body as it comes; leaving the loop closes the connection. */
  pieces(): AsyncIterable<Uint8Array>;
}

/** Rejects with an AbortError when given up, with anything else when nobody answers. */
export interface Transport {
  /** Whether pieces come while the daemon still writes. */
  readonly streams: boolean;
  send(request: Outgoing): Promise<Incoming>;
}

/**
 * The browser's own way. The daemon lets Obsidian's origins in (`app://obsidian.md`,
 * `capacitor://localhost`), and this is the only way there that streams and can be given up.
 */
export const overFetch: Transport = {
  streams: true,
  async send({ method, url, headers, body, signal }) {
    const init: RequestInit = { method, headers, signal, credentials: "omit", cache: "no-store" };
    if (body !== undefined) init.body = body;
    const answer = await fetch(url, init);
    return { status: answer.status, text: () => answer.text(), pieces: () => piecesOf(answer) };
  },
};

async function* piecesOf(answer: Response): AsyncGenerator<Uint8Array> {
  const reader = answer.body?.getReader();
  if (!reader) return;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

interface WholeRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
  body?: string;
  throw: false;
}

interface WholeAnswer {
  status: number;
  text: string;
}

/**
 * Obsidian's `requestUrl`, for Android, where the app calls itself `http://localhost`: every page
 * of that machine may do so, and the daemon lets none of them in. Answers come whole.
 */
export function overHost(requestUrl: (request: WholeRequest) => Promise<WholeAnswer>): Transport {
  return {
    streams: false,
    async send({ method, url, headers, body, signal }) {
      const request: WholeRequest = { url, method, headers, throw: false };
      if (body !== undefined) request.body = body;
      const answer = await unless(signal, requestUrl(request));
      return {
        status: answer.status,
        text: () => Promise.resolve(answer.text),
        async *pieces() {
          yield await Promise.resolve(new TextEncoder().encode(answer.text));
        },
      };
    },
  };
}

/** What `work` gives, unless it is given up before. */
function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new DOMException("given up", "AbortError"));
    if (signal.aborted) return giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", giveUp));
  });
}
