/** Styles that the first view does not need, fetched together with what they dress. */

/** @param {string} name of a file beside the page @returns {Promise<void>} once it applies, or cannot be had */
export function stylesheet(name) {
  if (document.querySelector(`link[href="${name}"]`)) return Promise.resolve();
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: name });
  return new Promise((resolve) => {
    link.onload = link.onerror = () => resolve();
    document.head.append(link);
  });
}
