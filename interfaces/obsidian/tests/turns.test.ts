import { expect, test } from "vitest";
import type { ChatEvent, Citation } from "../src/api/wire";
import { awaited, bare, citationsOf, ended, kept, scopeOf, taken, written, type Turn } from "../src/chat/turns";
import { hit } from "./hits";

const done = { event: "done", model: "m", adapter: null, usage: {}, took_ms: 1, answered: true, supported: true } as ChatEvent;
const after = (...events: ChatEvent[]): Turn => events.reduce(taken, awaited());
const citation = (n: number, known: Partial<Citation> = {}): Citation => ({ n, quote: "q", status: "supported", hit: hit({ n }), ...known });

test("words add up, and what the daemon was at goes", () => {
  const turn = after({ event: "status", text: "Reading" }, { event: "token", text: "Zw" }, { event: "token", text: "ölf" });
  expect([turn.text, turn.doing, turn.writing]).toEqual(["Zwölf", "", true]);
});

test("an answer that ends is written", () => {
  const turn = ended(after({ event: "token", text: "x" }, done));
  expect([turn.writing, turn.fault, turn.stopped]).toEqual([false, null, false]);
});

test("an answer that breaks off says so, and keeps its words", () => {
  const turn = ended(after({ event: "token", text: "x" }));
  expect([turn.text, turn.fault?.message]).toEqual(["x", "The answer broke off."]);
});

test("an answer that was stopped is no fault", () => {
  const turn = ended(after({ event: "token", text: "x" }), { stopped: true });
  expect([turn.stopped, turn.fault]).toEqual([true, null]);
});

test("an error of the daemon is shown with its way out", () => {
  const turn = ended(after({ event: "error", error: { code: "model_failed", message: "no memory", hint: "a smaller model" } }));
  expect([turn.fault?.message, turn.fault?.hint]).toEqual(["no memory", "a smaller model"]);
});

test("a number's next mark is its next citation", () => {
  const [a, b, c] = [citation(1), citation(2, { status: "unsupported" }), citation(1, { quote: "second" })];
  expect(citationsOf([1, 1, 2, 3, 1], [a, b, c])).toEqual([a, c, b, null, null]);
});

test("what the model did not cite stands for no mark", () => {
  expect(citationsOf([1], [citation(1, { cited: false })])).toEqual([null]);
});

test("a kept answer looks as it did", () => {
  const message = { id: "m", role: "assistant" as const, text: "x [1]", created: "", feedback: null, details: { sources: [hit()], citations: [citation(1)], stopped: true } };
  const turn = kept(message);
  expect([turn.text, turn.sources.length, turn.citations.length, turn.stopped, turn.writing]).toEqual(["x [1]", 1, 1, true, false]);
});

test("a question is shown without the filters of its scope, and knows it again", () => {
  const text = 'file:"/n/[[]2026]/a.md" when was it?';
  expect(bare(text)).toBe("when was it?");
  expect(scopeOf(text)).toBe("/n/[2026]/a.md");
  expect(bare('-file:"/n/Archive/*" file:"/n/*" when?')).toBe("when?");
  expect(scopeOf('file:"/n/*" when?')).toBe("");
  expect(scopeOf("when?")).toBe("");
});

test("an answer goes into a note with links for its numbers", () => {
  const second = hit({ n: 1, title: "Second" });
  const turn = { ...after(done), text: "One [1] and [1, 2], not [9] nor a[0].", sources: [hit(), hit({ n: 2, title: "Two" })], citations: [citation(1), citation(1, { hit: second })] };
  expect(written(turn, (found) => `[[${found.title}]]`)).toBe("One ([[Bread]]) and ([[Second]], [[Two]]), not [9] nor a[0].");
});
