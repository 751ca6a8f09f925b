/** Makes a field as high as its text, up to a limit. @param {HTMLTextAreaElement} area @param {number} [most] */
export function fit(area, most = 220) {
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight, most)}px`;
}
