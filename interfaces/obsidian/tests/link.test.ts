import { describe, expect, test } from "vitest";
import { fileFilter, headingsOf, outerLink, wikilink } from "../src/vault/link";
import { lineOf } from "../src/vault/line";
import { hit } from "./hits";

describe("a link to a note", () => {
  test("is relative to the vault and names the heading", () => {
    expect(wikilink("recipes/Bread.md", hit({ outline: ["Bread", "Baking"] }))).toBe("[[recipes/Bread#Baking|Bread › Baking]]");
  });

  test("is short where path and title say the same", () => {
    expect(wikilink("Bread.md", hit())).toBe("[[Bread]]");
  });

  test("leaves out of heading and words what means something in a link", () => {
    expect(wikilink("a.md", hit({ title: "A [b] | c", outline: ["x | y # [[z]] ^1"] }))).toBe("[[a#x y z 1|A b c › x | y # z ^1]]".replace("x | y # z ^1", "x y # z ^1"));
  });

  test("opens a PDF at its page and keeps its suffix", () => {
    expect(wikilink("papers/p.pdf", hit({ title: "P", page: 3 }))).toBe("[[papers/p.pdf#page=3|P]]");
  });

  test("leads out of the vault by its address", () => {
    const found = hit({ title: "A [draft]", uri: "file:///tmp/a b>.org" });
    expect(outerLink(found)).toBe("[A \\[draft\\]](<file:///tmp/a b%3E.org>)");
  });
});

test("the title is not repeated among the headings", () => {
  expect(headingsOf(hit({ outline: ["Bread", "Baking"] }))).toEqual(["Baking"]);
  expect(headingsOf(hit({ outline: ["Baking"] }))).toEqual(["Baking"]);
});

describe("a filter for one file", () => {
  test("takes the path as it is", () => {
    expect(fileFilter("/n/My notes/a.md")).toBe('file:"/n/My notes/a.md"');
    expect(fileFilter("C:\\n\\a.md")).toBe('file:"C:/n/a.md"');
  });

  test("means signs of a pattern as themselves", () => {
    expect(fileFilter("/n/[2026]/a?.md")).toBe('file:"/n/[[]2026]/a[?].md"');
  });

  test("survives quotes", () => {
    expect(fileFilter('/n/"a".md')).toBe("file:'/n/\"a\".md'");
  });
});

describe("the line to jump to", () => {
  const headings = [
    { heading: "Bread", line: 0 },
    { heading: "**Baking**", line: 10 },
    { heading: "Baking", line: 40 },
  ];

  test("is the hit's while its heading is where it was", () => {
    expect(lineOf({ line: 13, outline: ["Bread", "Baking"] }, headings)).toBe(12);
  });

  test("is the heading's, the nearest of that name, once the note has changed", () => {
    expect(lineOf({ line: 5, outline: ["Bread", "Baking"] }, headings)).toBe(10);
  });

  test("is the hit's where the heading is gone, or there is none", () => {
    expect(lineOf({ line: 5, outline: ["Gone"] }, headings)).toBe(4);
    expect(lineOf({ line: 0, outline: [] }, [])).toBe(0);
  });
});
