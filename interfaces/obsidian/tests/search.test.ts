import { describe, expect, test } from "vitest";
import { pieces } from "../src/search/excerpt";
import { Latest } from "../src/search/latest";
import { completed, openFilter } from "../src/search/offers";
import { scoped } from "../src/search/scope";
import { VaultPlace } from "../src/vault/place";

describe("an excerpt", () => {
  test("is cut at its highlights", () => {
    expect(pieces("a big dog", [[2, 5]])).toEqual([
      { text: "a ", marked: false },
      { text: "big", marked: true },
      { text: " dog", marked: false },
    ]);
  });

  test("counts letters, not halves of them", () => {
    expect(pieces("🍞🍞 bread", [[3, 8]])[1]).toEqual({ text: "bread", marked: true });
  });

  test("survives highlights that overlap or lie outside", () => {
    const text = (given: [number, number][]) => pieces("abcdef", given).map((piece) => piece.text).join("");
    expect(text([[4, 99], [0, 3], [2, 5]])).toBe("abcdef");
    expect(text([])).toBe("abcdef");
  });
});

describe("the filter that is being typed", () => {
  test.each([
    ["tag:wo", { field: "tag", prefix: "wo" }],
    ["bread type:", { field: "type", prefix: "" }],
    ["-tag:x", { field: "tag", prefix: "x" }],
    ["#gar", { field: "tag", prefix: "gar" }],
    ["tag:work ", null],
    ["note: this", null],
    ["C#", null],
  ])("%s", (query, found) => {
    expect(openFilter(query)).toEqual(found);
  });

  test("is completed in its place", () => {
    expect(completed("bread tag:wo", "wo", "work")).toBe("bread tag:work ");
    expect(completed("source:", "", "my notes")).toBe('source:"my notes" ');
  });
});

describe("the scope of a question", () => {
  const place = new VaultPlace(["/n/My [v]"]);

  test("is everything, by default", () => {
    expect(scoped("bread", { everywhere: true, leaveOut: "" }, place)).toBe("bread");
  });

  test("can be this vault, unless the question names files itself", () => {
    const scope = { everywhere: false, leaveOut: "" };
    expect(scoped("bread", scope, place)).toBe('file:"/n/My [[]v]/*" bread');
    expect(scoped('file:"*.org" bread', scope, place)).toBe('file:"*.org" bread');
  });

  test("can leave folders out", () => {
    expect(scoped("bread", { everywhere: true, leaveOut: "Archive\n /Old stuff/ \n" }, place)).toBe(
      '-file:"/n/My [[]v]/Archive/*" -file:"/n/My [[]v]/Old stuff/*" bread',
    );
  });

  test("is left open where the vault's place is not known", () => {
    expect(scoped("bread", { everywhere: false, leaveOut: "Archive" }, new VaultPlace([]))).toBe("bread");
  });
});

describe("of many searches", () => {
  test("the newest is shown to everybody who waits, and the earlier are given up", async () => {
    const latest = new Latest<string>(0);
    const given: AbortSignal[] = [];
    const answer = (words: string, ready: Promise<void>) => (signal: AbortSignal) => {
      given.push(signal);
      return ready.then(() => words);
    };
    let release = () => undefined as void;
    const held = new Promise<void>((resolve) => (release = resolve));
    const first = latest.run(answer("old", held));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const second = latest.run(answer("new", Promise.resolve()));
    expect(await second).toBe("new");
    release();
    expect(await first).toBe("new");
    expect(given.map((signal) => signal.aborted)).toEqual([true, false]);
  });

  test("those typed over at once are never asked", async () => {
    const latest = new Latest<number>(5);
    let asked = 0;
    const runs = [1, 2, 3].map((n) => latest.run(() => ((asked += 1), Promise.resolve(n))));
    expect(await Promise.all(runs)).toEqual([3, 3, 3]);
    expect(asked).toBe(1);
  });

  test("a fault of the newest is everybody's", async () => {
    const latest = new Latest<number>(0);
    const first = latest.run(() => Promise.resolve(1));
    const second = latest.run(() => Promise.reject(new Error("away")));
    await expect(second).rejects.toThrow("away");
    await expect(first).rejects.toThrow("away");
  });
});
