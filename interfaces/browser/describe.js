/** A hit in one line of the address bar, in the XML that Chromium takes. */

/** @param {string} text */
const xml = (text) =>
  text.replace(/[^\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&apos;");

/** @param {{title: string, snippet: string, outline?: string[]}} hit */
export function describe({ title, snippet, outline = [] }) {
  const where = [title, ...outline.filter((part) => part !== title)].join(" › ");
  const said = snippet.replace(/\s+/g, " ").trim().slice(0, 120);
  return `${xml(where)}${said ? ` <dim>${xml(said)}</dim>` : ""}`;
}
