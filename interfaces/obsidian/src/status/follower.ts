/** Follows the daemon: its coming and going, and what its index is at. */
import type { Client } from "../api/client";
import { asFault, wasAborted, type Fault } from "../api/fault";
import type { Change, IndexState, Job, Status } from "../api/wire";

export type Standing = "connecting" | "ready" | "indexing" | "restarting" | "offline" | "token";

export interface State {
  standing: Standing;
  /** 0 to 100 while indexing, null when the end is not in sight. */
  percent: number | null;
  fault: Fault | null;
  status: Status | null;
}

/** A daemon that was there is given this long to come back before it counts as gone. */
export const RESTART_MS = 8_000;
const BACKOFF_MS = [500, 1000, 2000, 5000, 10_000];
/** Where nothing streams, the status is asked for this often. */
const POLL_MS = 5_000;
/** While files come in by the thousand, the status is asked for at most this often. */
const SETTLE_MS = 500;

export class Follower {
  state: State = { standing: "connecting", percent: null, fault: null, status: null };

  private readonly listeners = new Set<(state: State) => void>();
  private readonly renewals = new Set<() => void>();
  private controller: AbortController | null = null;
  private wake: (() => void) | null = null;
  private settling: number | undefined;
  private goneSince = 0;

  constructor(
    private readonly client: Client,
    private readonly now: () => number = () => Date.now(),
  ) {}

  /** Tells `listener` each new state, and the present one at once. The result ends it. */
  onState(listener: (state: State) => void): () => void {
    this.listeners.add(listener);
    listener(this.state);
    return () => this.listeners.delete(listener);
  }

  /** Tells `listener` when what is found may be another: files came or went. The result ends it. */
  onRenewal(listener: () => void): () => void {
    this.renewals.add(listener);
    return () => this.renewals.delete(listener);
  }

  start(): void {
    if (this.controller) return;
    this.controller = new AbortController();
    void this.follow(this.controller.signal);
  }

  stop(): void {
    this.controller?.abort();
    this.controller = null;
    window.clearTimeout(this.settling);
    this.settling = undefined;
    this.wake?.();
  }

  /** Looks again now, with whatever the settings say now. */
  again(): void {
    this.stop();
    this.goneSince = 0;
    this.set({ standing: "connecting", percent: null, fault: null });
    this.start();
  }

  private async follow(signal: AbortSignal): Promise<void> {
    for (let attempt = 0; !signal.aborted; ) {
      try {
        const status = await this.client.status(signal);
        attempt = 0;
        this.take(status);
        if (this.goneSince) this.renew();
        this.goneSince = 0;
        if (this.client.streams) await this.listen(signal);
        else {
          await this.rest(POLL_MS, signal);
          continue;
        }
      } catch (thrown) {
        if (signal.aborted || wasAborted(thrown)) return;
        this.lost(asFault(thrown));
      }
      await this.rest(BACKOFF_MS[Math.min(attempt++, BACKOFF_MS.length - 1)] ?? 0, signal);
    }
  }

  private async listen(signal: AbortSignal): Promise<void> {
    for await (const change of this.client.events(signal)) this.hear(change, signal);
  }

  private hear(change: Change, signal: AbortSignal): void {
    switch (change.event) {
      case "index":
        this.indexing(change["index"] ?? {}, signal);
        break;
      case "files":
      case "sources":
      case "missed":
        this.renew();
        this.soon(signal);
        break;
      case "job":
        if ((change["job"] as Partial<Job> | undefined)?.finished) this.soon(signal);
        break;
    }
  }

  private indexing(index: Partial<IndexState>, signal: AbortSignal): void {
    if (!index.state || index.state === "idle") this.soon(signal);
    else this.set({ standing: "indexing", percent: percentOf(index), fault: null });
  }

  private take(status: Status): void {
    const busy = status.index.state !== "idle";
    this.set({ standing: busy ? "indexing" : "ready", percent: busy ? percentOf(status.index) : null, fault: null, status });
  }

  private lost(fault: Fault): void {
    if (fault.kind === "token") return this.set({ standing: "token", percent: null, fault });
    const { standing } = this.state;
    if (standing === "ready" || standing === "indexing") this.goneSince = this.now();
    const back = this.goneSince > 0 && this.now() - this.goneSince < RESTART_MS;
    this.set({ standing: back ? "restarting" : "offline", percent: null, fault });
  }

  /** The status, a moment from now: many changes are one question. */
  private soon(signal: AbortSignal): void {
    this.settling ??= window.setTimeout(() => {
      this.settling = undefined;
      this.client.status(signal).then(
        (status) => this.take(status),
        () => undefined, // the stream ends as well, and says so
      );
    }, SETTLE_MS);
  }

  private renew(): void {
    for (const each of this.renewals) each();
  }

  private rest(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = window.setTimeout(resolve, ms);
      this.wake = () => {
        window.clearTimeout(timer);
        resolve();
      };
    });
  }

  private set(change: Partial<State>): void {
    const before = this.state;
    this.state = { ...before, ...change };
    const { standing, percent, fault, status } = this.state;
    if (standing === before.standing && percent === before.percent && fault === before.fault && status === before.status) return;
    for (const listener of this.listeners) listener(this.state);
  }
}

function percentOf({ done = 0, total = 0 }: Partial<IndexState>): number | null {
  return total > 0 ? Math.min(100, Math.floor((100 * done) / total)) : null;
}
