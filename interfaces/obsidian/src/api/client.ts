/** The daemon's API: JSON calls and streams, each of whose faults is one calm line. */
import { Fault, down, garbled, refusal, slow, wasAborted } from "./fault";
import { lines } from "./lines";
import type { Incoming, Transport } from "./transport";
import type { Change, ChatEvent, ChatRequest, Conversation, Conversations, Health, Job, SearchAnswer, Sources, Status, Suggestions } from "./wire";

/** A search takes milliseconds; a machine that is busy indexing may take seconds. */
const PATIENCE_S = 20;
/** Heartbeats come every 10 s: silence of this length is a connection that died. */
const SILENCE_S = 40;

export interface Reach {
  address: string;
  token: string;
}

export interface Asked {
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  signal?: AbortSignal | undefined;
  seconds?: number;
}

export class Client {
  /** `reach` is asked at every call: settings change. */
  constructor(
    private readonly reach: () => Reach,
    private readonly transport: Transport,
  ) {}

  get streams(): boolean {
    return this.transport.streams;
  }

  health(signal?: AbortSignal): Promise<Health> {
    return this.call("GET", "/health", { signal, seconds: 10 });
  }

  status(signal?: AbortSignal): Promise<Status> {
    return this.call("GET", "/status", { signal });
  }

  search(q: string, n: number, signal?: AbortSignal): Promise<SearchAnswer> {
    return this.call("GET", "/search", { query: { q, n, prefix: true }, signal });
  }

  similar(path: string, n: number, signal?: AbortSignal): Promise<SearchAnswer> {
    return this.call("GET", "/similar", { query: { path, n }, signal });
  }

  suggest(field: string, prefix: string, signal?: AbortSignal): Promise<Suggestions> {
    return this.call("GET", "/suggest", { query: { field, prefix, limit: 8 }, signal });
  }

  sources(signal?: AbortSignal): Promise<Sources> {
    return this.call("GET", "/sources", { signal });
  }

  index(names: string[]): Promise<Job> {
    return this.call("POST", "/index", { body: { names } });
  }

  job(id: string, signal?: AbortSignal): Promise<Job> {
    return this.call("GET", `/jobs/${encodeURIComponent(id)}`, { signal });
  }

  conversations(q: string, signal?: AbortSignal): Promise<Conversations> {
    return this.call("GET", "/conversations", { query: { q, limit: 50 }, signal });
  }

  conversation(id: string, signal?: AbortSignal): Promise<Conversation> {
    return this.call("GET", `/conversations/${encodeURIComponent(id)}`, { signal });
  }

  deleteConversation(id: string): Promise<void> {
    return this.call("DELETE", `/conversations/${encodeURIComponent(id)}`);
  }

  /** The events of an answer; aborting `signal` stops it at the daemon. */
  async *chat(body: Partial<ChatRequest>, signal: AbortSignal): AsyncGenerator<ChatEvent> {
    for await (const event of this.stream("POST", "/chat", body, signal, 0)) yield event as ChatEvent;
  }

  /** What changes, until `signal`. */
  async *events(signal: AbortSignal): AsyncGenerator<Change> {
    for await (const event of this.stream("GET", "/events", undefined, signal, SILENCE_S)) yield event as Change;
  }

  /** The JSON of one answer. */
  async call<T>(method: string, path: string, { query, body, signal, seconds = PATIENCE_S }: Asked = {}): Promise<T> {
    const watch = new Watch(signal, seconds);
    try {
      const answer = await this.send(method, path, query, body, watch);
      const text = await answer.text();
      if (answer.status >= 400) throw refusal(answer.status, text);
      return (text ? parsed(text) : undefined) as T;
    } catch (thrown) {
      throw watch.cause(thrown, this.reach().address);
    } finally {
      watch.end();
    }
  }

  /** The objects of a stream; `silence` in seconds, 0 for as long as it takes. */
  private async *stream(method: string, path: string, body: unknown, signal: AbortSignal, silence: number): AsyncGenerator<unknown> {
    const watch = new Watch(signal, silence || 0);
    try {
      const answer = await this.send(method, path, undefined, body, watch);
      if (answer.status >= 400) throw refusal(answer.status, await answer.text());
      for await (const each of lines(answer.pieces())) {
        watch.again();
        yield each;
      }
    } catch (thrown) {
      throw watch.cause(thrown, this.reach().address);
    } finally {
      watch.end();
    }
  }

  private send(method: string, path: string, query: Asked["query"], body: unknown, watch: Watch): Promise<Incoming> {
    const { address, token } = this.reach();
    const headers: Record<string, string> = { Authorization: `Bearer ${token}` };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const request = { method, url: url(address, path, query), headers, signal: watch.signal };
    return this.transport.send(body === undefined ? request : { ...request, body: JSON.stringify(body) });
  }
}

/** The address of a call. A Fault when what the settings hold is no address. */
function url(address: string, path: string, query: Asked["query"] = {}): string {
  let made: URL;
  try {
    made = new URL(`${address.replace(/\/+$/, "")}/api/v1${path}`);
  } catch {
    throw new Fault("down", `"${address}" is not an address.`, "Put one like http://127.0.0.1:42110 into the settings.");
  }
  for (const [key, value] of Object.entries(query)) if (value !== undefined) made.searchParams.set(key, String(value));
  return made.href;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw garbled();
  }
}

/** Gives a request up when its caller does, or when nothing came for `seconds` (0: never). */
class Watch {
  private readonly controller = new AbortController();
  private timer: number | undefined;
  private late = false;

  constructor(
    private readonly given: AbortSignal | undefined,
    private readonly seconds: number,
  ) {
    if (given?.aborted) this.controller.abort();
    else given?.addEventListener("abort", this.giveUp, { once: true });
    this.again();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** The time counts anew. */
  again(): void {
    window.clearTimeout(this.timer);
    if (this.seconds) this.timer = window.setTimeout(() => ((this.late = true), this.giveUp()), this.seconds * 1000);
  }

  /** What to throw for what was thrown. */
  cause(thrown: unknown, address: string): unknown {
    if (thrown instanceof Fault) return thrown;
    if (this.late) return slow(this.seconds);
    if (this.given?.aborted) return wasAborted(thrown) ? thrown : new DOMException("given up", "AbortError");
    if (thrown instanceof SyntaxError) return garbled();
    return down(address);
  }

  end(): void {
    window.clearTimeout(this.timer);
    this.given?.removeEventListener("abort", this.giveUp);
  }

  private readonly giveUp = (): void => this.controller.abort();
}
