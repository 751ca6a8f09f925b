/** One hit in a list: title, where it stands, and what it says, marked. */
import { pageOf } from "./notes.js";
import { make } from "./dom.js";

/** @param {import("./notes.js").Hit} hit @param {{n?: number, marks?: boolean}} [options] its number in an answer; whether what was found is marked */
export function hitItem(hit, { n = 0, marks = true } = {}) {
  const item = make("li", "hit");
  item.append(noteLink(hit, `${n ? `${n}. ` : ""}${hit.title}`, "hit-title"));
  const where = hit.outline.filter((part) => part !== hit.title).join(" › ");
  if (where) item.append(make("p", "hit-where", where));
  item.append(marks ? marked(hit) : make("p", "hit-snippet", hit.snippet));
  return item;
}

/** A link that opens the note where it was found. @param {import("./notes.js").Hit} hit @param {string} text @param {string} className */
export function noteLink(hit, text, className) {
  const link = make("a", className, text);
  link.href = "#";
  link.target = "_blank";
  link.title = hit.title;
  void pageOf(hit).then((url) => (link.href = url));
  return link;
}

/** The snippet with what was found in it marked; places count code points. @param {import("./notes.js").Hit} hit */
function marked({ snippet, highlights }) {
  const letters = [...snippet];
  const text = make("p", "hit-snippet");
  let at = 0;
  for (const [start, end] of highlights) {
    text.append(letters.slice(at, start).join(""), make("mark", "", letters.slice(start, end).join("")));
    at = end;
  }
  text.append(letters.slice(at).join(""));
  return text;
}
