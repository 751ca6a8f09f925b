import { expect, test } from "vitest";
import { calm } from "../src/chat/calm";

test("prose stays as it is", () => {
  const text = "In **Bread** › Baking:\n\n> Bake at 250 °C. [1]\n\n- [ ] a < b && c > d\n| a | b |\nsee [here](https://x.org/a_(b)) and <https://x.org>";
  expect(calm(text)).toBe(text);
});

test("pictures and embeds are not fetched: they become links", () => {
  expect(calm("![x](https://t.org/p.png) and ![[Secret]]")).toBe("[x](https://t.org/p.png) and [[Secret]]");
});

test("HTML is text", () => {
  expect(calm('a <img src="https://t.org"> <iframe src=x></iframe> <!-- c -->')).not.toMatch(/<[a-z!/]/i);
});

test("links that act lose their address", () => {
  expect(calm("[a](obsidian://run?x=1) [b](javascript:alert(1)) [c](<file:///etc/passwd>) [d](Note.md) [e](obsidian&colon;//x)")).toBe(
    "[a] [b]) [c] [d](Note.md) [e]",
  );
});

test("addresses are not named apart from their link", () => {
  expect(calm("[a][x]\n\n[x]: obsidian://run")).toBe("[a][x]\n\n\\[x]: obsidian://run");
});

test("blocks that plugins run are only code", () => {
  expect(calm("```dataviewjs\nalert(1)\n```")).toBe("```\nalert(1)\n```");
  expect(calm("> ~~~ dataview\n> LIST\n> ~~~")).toBe("> ~~~\n> LIST\n> ~~~");
  expect(calm("```Python title=x\nprint(1)\n```")).toBe("```python\nprint(1)\n```");
  expect(calm("```query\ntag:x\n```\n")).toBe("```\ntag:x\n```\n");
});

test("queries within a line are only code", () => {
  expect(calm("`= this.x` and `$= dv.x` and `a = b`")).toBe("`\u2060= this.x` and `\u2060$= dv.x` and `a = b`");
});

test("what stands in code is left alone", () => {
  const text = "```html\n<b>![x](y)</b>\n```\nand `<b>![x]`";
  expect(calm(text)).toBe(text);
});

test("a block that is not closed yet is code to its end", () => {
  expect(calm("```dataviewjs\n<b>")).toBe("```\n<b>");
});
