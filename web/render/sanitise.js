/**
 * HTML made from a note -> a fragment that may stand in the page. Note text is untrusted: no
 * scripts, no styles, no forms, nothing fetched from elsewhere, and no class names but those of
 * our own renderers (they all begin with `n-`), so that a note cannot dress up as the page.
 */
import DOMPurify from "../vendor/dompurify.js";

const BLOCKS = new Set(
  "P LI H1 H2 H3 H4 H5 H6 TD TH DT DD SUMMARY BLOCKQUOTE DIV".split(" "),
);
const WEB = /^(?:https?:|mailto:)/i;
const IMAGE_DATA = /^data:image\/(?:png|gif|jpeg|webp|avif);/i;

const purifier = DOMPurify(window);

purifier.addHook("uponSanitizeAttribute", (_node, data) => {
  if (data.attrName === "class") {
    const ours = data.attrValue.split(/\s+/).filter((name) => name.startsWith("n-"));
    data.attrValue = ours.join(" ");
    data.keepAttr = ours.length > 0;
  }
});

purifier.addHook("afterSanitizeAttributes", (node) => {
  if (BLOCKS.has(node.tagName) && !node.hasAttribute("dir")) node.setAttribute("dir", "auto");
  if (node.id) {
    node.setAttribute("data-anchor", node.id);
    node.removeAttribute("id");
  }
  if (node.tagName === "A") tameLink(node);
  if (node.tagName === "IMG") tameImage(node);
});

/** Web links open apart; all others are handled by the page. @param {Element} link */
function tameLink(link) {
  const href = link.getAttribute("href") ?? "";
  if (WEB.test(href)) {
    link.setAttribute("target", "_blank");
    link.setAttribute("rel", "noopener noreferrer");
    if (/^https?:/i.test(href)) link.classList.add("n-web");
    return;
  }
  if (!link.hasAttribute("href")) return;
  link.setAttribute("href", "#");
  if (link.hasAttribute("data-note") || link.hasAttribute("data-tag")) return;
  if (href.startsWith("#")) link.setAttribute("data-jump", href.slice(1));
  else if (href) {
    link.setAttribute("data-note", decode(href.split("#")[0] ?? ""));
    link.classList.add("n-wiki");
  }
}

/** Pictures from elsewhere are not fetched: a link stands for them, and for one of the user's own
 * its name, until `pictures.js` knows more. @param {Element} image */
function tameImage(image) {
  const source = image.getAttribute("src") ?? "";
  if (IMAGE_DATA.test(source)) {
    image.setAttribute("loading", "lazy");
    return;
  }
  const remote = /^(?:https?:)?\/\//i.test(source);
  const stand = document.createElement(remote ? "a" : "span");
  stand.className = "n-image";
  const name = decode(source.split(/[?#]/)[0]?.split("/").pop() ?? "");
  stand.textContent = image.getAttribute("alt") || name || "image";
  stand.title = source;
  if (remote) {
    stand.setAttribute("href", source.replace(/^\/\//, "https://"));
    stand.setAttribute("target", "_blank");
    stand.setAttribute("rel", "noopener noreferrer");
  } else if (name && !source.startsWith("data:")) stand.setAttribute("data-picture", source.split(/[?#]/)[0] ?? "");
  image.replaceWith(stand);
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Handlers and styles under names that mean nothing. The policy of the page blocks them anyway,
 * and the purifier removes them, but the browser would log each one while parsing.
 * @param {string} markup
 */
const quieten = (markup) =>
  markup
    .replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/([\s"'/])(?:on[a-z]+|style)(?=\s*=)/gi, "$1data-off"))
    .replace(/<(\/?)style\b/gi, "<$1template");

/** @param {string} markup @returns {DocumentFragment} */
export const sanitise = (markup) =>
  purifier.sanitize(quieten(markup), {
    RETURN_DOM_FRAGMENT: true,
    USE_PROFILES: { html: true },
    FORBID_TAGS: ["style", "form", "input", "button", "select", "textarea", "option", "label",
      "fieldset", "dialog", "iframe", "object", "embed", "video", "audio", "source", "track",
      "picture", "link", "meta", "base", "map", "area", "template", "slot"],
    FORBID_ATTR: ["style", "data-off", "srcset", "background", "ping", "name", "tabindex", "accesskey",
      "contenteditable", "popover", "popovertarget", "autofocus", "for", "form", "action"],
  });
