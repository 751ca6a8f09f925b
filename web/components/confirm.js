/** Questions that must be answered first: native modal dialogs, made when asked, then gone. */

/** @typedef {{value: string, label: string, tone?: string}} Option */

/**
 * Whether the person agreed to something that cannot be taken back.
 * @param {{title: string, text: string, action: string}} question @returns {Promise<boolean>}
 */
export const confirm = async ({ title, text, action }) =>
  (await ask(title, text, "dialog-actions", [
    { value: "", label: "Cancel" },
    { value: "yes", label: action, tone: "danger" },
  ])) === "yes";

/**
 * The value of the option that was chosen; "" for none.
 * @param {{title: string, text: string, options: Option[], chosen: string}} question
 * @returns {Promise<string>}
 */
export const choose = ({ title, text, options, chosen }) =>
  ask(title, text, "dialog-options", options.map((option) => (option.value === chosen ? { ...option, tone: "primary" } : option)));

/** @param {string} title @param {string} text @param {string} layout @param {Option[]} options */
function ask(title, text, layout, options) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog small";
  dialog.setAttribute("aria-labelledby", "question-title");
  const body = Object.assign(document.createElement("div"), { className: "dialog-body" });
  const heading = Object.assign(document.createElement("h2"), { id: "question-title", textContent: title });
  const words = Object.assign(document.createElement("p"), { textContent: text });
  const row = Object.assign(document.createElement("div"), { className: layout });
  for (const { value, label, tone = "" } of options)
    row.append(
      Object.assign(document.createElement("button"), {
        type: "button",
        className: `button ${tone}`,
        textContent: label,
        onclick: () => dialog.close(value),
      }),
    );
  body.append(heading, words, row);
  dialog.append(body);
  document.body.append(dialog);
  dialog.showModal();
  return /** @type {Promise<string>} */ (
    new Promise((resolve) => {
      dialog.addEventListener("close", () => {
        resolve(dialog.returnValue);
        dialog.remove();
      });
    })
  );
}
