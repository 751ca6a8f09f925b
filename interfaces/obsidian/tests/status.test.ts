import { describe, expect, test } from "vitest";
import { Client } from "../src/api/client";
import { Fault } from "../src/api/fault";
import type { Incoming, Outgoing, Transport } from "../src/api/transport";
import { Follower, RESTART_MS, type State } from "../src/status/follower";
import { reportOf } from "../src/status/sync";
import { otherVersion, wordsFor } from "../src/status/words";
import { readSettings } from "../src/settings";
import type { Job, Status } from "../src/api/wire";

const idle = { state: "idle", stage: "idle", done: 0, total: 0, detail: "" };
const status = (index = idle) => ({ version: "0.1.0", ready: true, files: 12, index }) as Status;

/** A daemon whose answers to /status and lines of /events the test writes; `up` says whether it is there. */
class Scripted implements Transport {
  readonly streams = true;
  up = true;
  status: Status = status();
  private readonly said: unknown[] = [];
  private wake: () => void = () => undefined;

  async send({ url }: Outgoing): Promise<Incoming> {
    await Promise.resolve();
    if (!this.up) throw new TypeError("Failed to fetch");
    const body = url.endsWith("/status") ? JSON.stringify(this.status) : "";
    return { status: 200, text: () => Promise.resolve(body), pieces: () => this.pieces() };
  }

  tell(change: unknown): void {
    this.said.push(change);
    this.wake();
  }

  hangUp(): void {
    this.up = false;
    this.wake();
  }

  private async *pieces(): AsyncGenerator<Uint8Array> {
    while (this.up) {
      const line = this.said.shift();
      if (line !== undefined) yield new TextEncoder().encode(`${JSON.stringify(line)}\n`);
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}

function following(now: () => number = () => 0) {
  const daemon = new Scripted();
  const follower = new Follower(new Client(() => ({ address: "http://127.0.0.1:1", token: "t" }), daemon), now);
  const seen: string[] = [];
  let wanted: [string, () => void] | null = null;
  follower.onState(({ standing, percent }) => {
    const word = percent === null ? standing : `${standing} ${percent}`;
    seen.push(word);
    if (wanted?.[0] === word) wanted[1]();
  });
  const until = (word: string) =>
    seen.at(-1) === word ? Promise.resolve() : new Promise<void>((resolve) => (wanted = [word, resolve]));
  return { daemon, follower, seen, until };
}

describe("following the daemon", () => {
  test("tells how far indexing is, and when it is done", async () => {
    const { daemon, follower, seen, until } = following();
    follower.start();
    await until("ready");
    daemon.tell({ event: "index", index: { state: "indexing", stage: "reading", done: 3, total: 9 } });
    await until("indexing 33");
    daemon.tell({ event: "index", index: { state: "indexing", stage: "listing", done: 0, total: 0 } });
    await until("indexing");
    daemon.tell({ event: "index", index: idle });
    await until("ready");
    follower.stop();
    expect(seen).toEqual(["connecting", "ready", "indexing 33", "indexing", "ready"]);
  });

  test("a daemon that went away is restarting for a while, then offline, then back", async () => {
    let now = 0;
    const { daemon, follower, seen, until } = following(() => now);
    let renewed = 0;
    follower.onRenewal(() => (renewed += 1));
    follower.start();
    await until("ready");
    now = 1000;
    daemon.hangUp();
    await until("restarting");
    now += RESTART_MS;
    await until("offline");
    daemon.up = true;
    await until("ready");
    follower.stop();
    expect(seen).toEqual(["connecting", "ready", "restarting", "offline", "ready"]);
    expect(renewed).toBe(1);
  }, 30_000);

  test("one that was never there is offline at once, and says so once", async () => {
    const { daemon, follower, seen, until } = following();
    daemon.up = false;
    follower.start();
    await until("offline");
    follower.stop();
    expect(seen).toEqual(["connecting", "offline"]);
  });

  test("files that come and go renew what is shown", async () => {
    const { daemon, follower, until } = following();
    const renewed = new Promise<void>((resolve) => follower.onRenewal(resolve));
    follower.start();
    await until("ready");
    daemon.tell({ event: "files", changed: 1 });
    await renewed;
    follower.stop();
  });
});

describe("in words", () => {
  const words = (state: Partial<State>) => wordsFor({ standing: "ready", percent: null, fault: null, status: null, ...state }, "0.1.0");

  test.each([
    [{ status: status() }, "ready", "12 files can be searched."],
    [{ standing: "indexing", percent: 43 }, "indexing 43 %", "Notes are being read"],
    [{ standing: "indexing" }, "indexing", "Notes are being read"],
    [{ standing: "restarting" }, "restarting", "waiting for it"],
    [{ standing: "offline", fault: new Fault("down", "Gone.", "Start it.") }, "offline", "Gone. Start it."],
    [{ standing: "token" }, "not let in", "khoj-lite obsidian install"],
    [{ status: { ...status(), version: "0.2.3" } }, "other version", "khoj_lite is version 0.2.3, this plugin 0.1.0."],
  ] as [Partial<State>, string, string][])("%j", (state, short, long) => {
    expect(words(state).short).toBe(short);
    expect(words(state).long).toContain(long);
  });

  test("repairs of one version fit each other", () => {
    expect(otherVersion("0.1.9", "0.1.0")).toBe("");
    expect(otherVersion("1.0.0", "0.1.0")).not.toBe("");
  });
});

test("a sync says in a line what it did", () => {
  const job = (result: unknown, more: Partial<Job> = {}) => ({ state: "done", error: null, result, ...more }) as Job;
  expect(reportOf(job({ files: { added: 2, changed: 0, failed: 1 } }))).toBe("Notes are up to date: 2 added, 1 failed.");
  expect(reportOf(job({ files: {} }))).toBe("Notes are up to date: nothing had changed.");
  expect(reportOf(job(null, { state: "cancelled" }))).toBe("Syncing was cancelled.");
  expect(reportOf(job(null, { state: "failed", error: { code: "x", message: "No disk.", hint: "Plug it in." } }))).toBe("No disk. Plug it in.");
});

test("settings of the wrong kind count as none", () => {
  expect(readSettings(null)).toMatchObject({ address: "http://127.0.0.1:42110", results: 20, everywhere: true });
  expect(readSettings({ address: 7, token: " t ", results: 1e9, everywhere: "no", other: 1 })).toEqual({
    address: "http://127.0.0.1:42110", token: "t", vault: "", results: 20, everywhere: true, leaveOut: "",
  });
});
