/** Asks before something cannot be taken back. */

/**
 * Whether the person agreed. A native modal dialog, made when asked and gone afterwards.
 * @param {{title: string, text: string, action: string}} question @returns {Promise<boolean>}
 */
export function confirm({ title, text, action }) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog small";
  dialog.setAttribute("aria-labelledby", "confirm-title");
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "dialog-body";
  const heading = Object.assign(document.createElement("h2"), { id: "confirm-title", textContent: title });
  const body = Object.assign(document.createElement("p"), { textContent: text });
  const row = Object.assign(document.createElement("div"), { className: "dialog-actions" });
  const cancel = Object.assign(document.createElement("button"), { className: "button", value: "no", textContent: "Cancel" });
  const agree = Object.assign(document.createElement("button"), { className: "button danger", value: "yes", textContent: action });
  row.append(cancel, agree);
  form.append(heading, body, row);
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  cancel.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
  });
}
