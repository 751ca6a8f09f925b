/** A model of one's own: a GGUF file, or a server that speaks OpenAI's API. */
import { html, useState } from "../vendor/preact.js";
import { asApiError } from "../api.js";
import { use } from "../models.js";
import { Command } from "./command.js";
import { Fault } from "./fault.js";
import { say } from "./toasts.js";
import { shortName } from "./model-words.js";

export function OwnModel() {
  const [fault, setFault] = useState(/** @type {import("../api.js").ApiError|null} */ (null));
  const [busy, setBusy] = useState(false);
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const path = String(new FormData(form).get("path") ?? "").trim().replace(/^["']|["']$/g, "");
    if (!path || busy) return;
    setBusy(true);
    setFault(null);
    try {
      await use(path);
      form.reset();
      say(`${shortName(path)} answers from now on.`);
    } catch (failure) {
      setFault(asApiError(failure));
    } finally {
      setBusy(false);
    }
  };
  return html`
    <section class="block">
      <h2>Your own</h2>
      <form class="own-model" onSubmit=${submit}>
        <label class="soft" for="own-path">A GGUF file on this machine</label>
        <div class="add-line">
          <input id="own-path" name="path" class="add-input" required placeholder="/home/you/models/model.gguf" autocomplete="off" spellcheck=${false} />
          <button class="button primary" type="submit" disabled=${busy}>${busy ? "Reading…" : "Use"}</button>
        </div>
        ${fault && html`<${Fault} fault=${fault} />`}
      </form>
      <p class="soft own-server">A stronger machine, or Ollama, llama-server, vLLM or LM Studio: name its address once, and its models are listed here.</p>
      <${Command} text="khoj-lite config chat.server_url http://localhost:11434/v1" />
    </section>`;
}
