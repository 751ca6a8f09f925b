/** Shows an answer's Markdown in the page, also while it is being written. */
import { answerBlocks } from "./answer-blocks.js";
import { copyButton, numberMarks, describe } from "./answer-marks.js";
import { morph } from "./morph.js";
import { sanitise } from "./sanitise.js";
import { settled } from "./unfinished.js";

/** @typedef {import("../types.js").Citation} Citation */
/** @typedef {import("../types.js").Hit} Hit */
/** @typedef {{sources?: Hit[], citations?: Citation[]}} Details */

/** An answer in an element of the page. Each block of it is one child; only blocks that changed are touched. */
export class ShownAnswer {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {string[]} */
    this.blocks = [];
    this.known = "";
  }

  /** @param {string} text @param {Details} details @param {{writing?: boolean}} [how] */
  show(text, details, { writing = false } = {}) {
    const sources = details.sources ?? [];
    const numbers = new Set([...sources.map((hit) => hit.n ?? 0), ...(details.citations ?? []).map(({ n }) => n)]);
    const known = [...numbers].join();
    if (known !== this.known) this.blocks = [];
    this.known = known;
    const blocks = answerBlocks(writing ? settled(text) : text);
    blocks.forEach((html, index) => {
      if (html === this.blocks[index]) return;
      const fresh = element(html, numbers);
      const standing = this.root.children[index];
      if (standing) morph(standing, fresh);
      else this.root.append(fresh);
    });
    while (this.root.children.length > blocks.length) this.root.lastElementChild?.remove();
    this.blocks = blocks;
    describe(this.root, details);
  }
}

/** One block, tame, its numbers made buttons. @param {string} html @param {Set<number>} numbers */
function element(html, numbers) {
  const fragment = sanitise(html);
  numberMarks(fragment, numbers);
  for (const code of fragment.querySelectorAll("pre")) code.replaceWith(copyButton(code));
  const only = fragment.firstElementChild;
  let block = only;
  if (!only || fragment.childNodes.length !== 1) {
    block = document.createElement("div");
    block.append(fragment);
  }
  // A block runs one way as a whole: the numbers of a list stand where its words begin.
  for (const part of block?.querySelectorAll("[dir]") ?? []) if (!part.closest("table")) part.removeAttribute("dir");
  block?.setAttribute("dir", "auto");
  return /** @type {Element} */ (block);
}
