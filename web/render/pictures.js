/** The user's own pictures in a note: small ones, made by the daemon from what the index knows. */
import { call } from "../api.js";

const SIDE = 1200;
/** Pictures of one note that are shown. */
const MOST = 50;

/**
 * Where the picture of an entry is.
 * @param {number} id @param {number} side most pixels both ways
 * @param {string} [name] of a picture that the note shows
 */
export const pictureOf = (id, side, name = "") =>
  `/api/v1/entries/${id}/image?size=${side}${name ? `&name=${encodeURIComponent(name)}` : ""}`;

/**
 * Puts pictures in place of the names of those that the index knows.
 * @param {DocumentFragment} fragment @param {number} id an entry of the note
 * @param {{signal?: AbortSignal}} pass
 */
export async function showPictures(fragment, id, pass) {
  const stands = [...fragment.querySelectorAll("span[data-picture]")].slice(0, MOST);
  const names = [...new Set(stands.map((stand) => stand.getAttribute("data-picture") ?? ""))];
  if (names.length === 0) return;
  const { known } = /** @type {{known: string[]}} */ (
    await call("POST", `/entries/${id}/pictures`, { body: { names }, ...pass })
  );
  for (const stand of stands) {
    const name = stand.getAttribute("data-picture") ?? "";
    if (known.includes(name)) stand.replaceWith(element(pictureOf(id, SIDE, name), stand.textContent || name));
  }
}

/**
 * The picture that an entry is, above its words.
 * @param {DocumentFragment} fragment @param {number} id @param {string} title
 */
export function prependPicture(fragment, id, title) {
  fragment.prepend(element(pictureOf(id, SIDE), title));
}

/** @param {string} source @param {string} words */
function element(source, words) {
  const image = document.createElement("img");
  image.className = "n-picture";
  image.loading = "lazy";
  image.alt = words;
  image.src = source;
  return image;
}
