/** A close look at the index and the models, when asked for. */
import { html, useState } from "../vendor/preact.js";
import { asApiError, call } from "../api.js";
import { Fault, sentence, withCode } from "./fault.js";
import { Icon } from "./icon.js";

/** @typedef {{name: string, ok: boolean, message: string, hint: string}} Check */

export function Doctor() {
  const [checks, setChecks] = useState(/** @type {Check[]|null} */ (null));
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState(/** @type {import("../api.js").ApiError|null} */ (null));
  const look = async () => {
    setBusy(true);
    try {
      const found = /** @type {{checks: Check[]}} */ (await call("GET", "/doctor"));
      setChecks(found.checks);
      setFault(null);
    } catch (failure) {
      setFault(asApiError(failure));
    } finally {
      setBusy(false);
    }
  };
  const wrong = checks?.filter((check) => !check.ok).length ?? 0;
  return html`
    <section class="block" aria-labelledby="doctor-title" aria-busy=${busy}>
      <div class="block-head"><h2 id="doctor-title">Health</h2>
        <button type="button" class="button small" disabled=${busy} onClick=${look}>${busy ? "Looking…" : checks ? "Look again" : "Look closely"}</button></div>
      <p class="soft" role="status">${!checks ? "Checks the disk, the database, the index and the models; it takes seconds." : wrong ? `${wrong} of ${checks.length} checks need a look.` : `All ${checks.length} checks are well.`}</p>
      ${fault && fault.code !== "offline" && html`<${Fault} fault=${fault} onRetry=${look} />`}
      ${checks &&
      html`<ul class="checks">${checks.map(
        (check) => html`<li key=${check.name} class=${check.ok ? "" : "wrong"}>
          <${Icon} name=${check.ok ? "check" : "warning"} size=${16} />
          <div><p><strong>${sentence(check.name)}</strong> <span class="soft">${withCode(check.message)}</span></p>
            ${!check.ok && check.hint && html`<p class="soft">${withCode(check.hint)}</p>`}</div></li>`,
      )}</ul>`}
    </section>`;
}
