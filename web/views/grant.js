/** Who else may use the notes: a browser extension that asks to be let in, and those that were. */
import { html, useEffect, useState } from "../vendor/preact.js";
import { asApiError, call } from "../api.js";
import { confirm } from "../components/confirm.js";
import { Fault } from "../components/fault.js";
import { say } from "../components/toasts.js";
import { ago, fullDate } from "../format.js";
import { route } from "../router.js";
import { loadSources, sources } from "../sources.js";

/** @typedef {{id: string, client: string, origin: string, scopes: string[], folder: string, created: string}} Grant */

const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const ORIGIN = /^(chrome|moz)-extension:\/\/[\w-]+$/;
const CHALLENGE = /^[\w-]{43}$/;
const READ_MS = 800;
/** @type {Record<string, string>} */
const MEANING = {
  search: "search your notes and read what it finds",
  ask: "ask your notes questions",
  clip: "add new notes to one folder; it cannot change or delete any",
};

export function GrantView() {
  const { params } = route.value;
  const code = params.get("code") ?? "";
  return html`<main id="main" class="page">
    ${code && html`<${Asked} key=${code} client=${params.get("client") ?? ""} origin=${params.get("origin") ?? ""} code=${code} wanted=${(params.get("scopes") ?? "").split(",")} />`}
    <${Granted} alone=${!code} />
  </main>`;
}

/** The letters that the extension shows for the same challenge. @param {string} code */
function lettersOf(code) {
  const bytes = atob(code.replaceAll("-", "+").replaceAll("_", "/") + "=");
  const letters = [...bytes.slice(0, 8)].map((byte) => LETTERS[byte.charCodeAt(0) % 32]).join("");
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

/** @param {{client: string, origin: string, code: string, wanted: string[]}} props */
function Asked({ client, origin, code, wanted }) {
  const scopes = wanted.filter((scope) => MEANING[scope]);
  const [chosen, setChosen] = useState(scopes);
  const [source, setSource] = useState("");
  const [folder, setFolder] = useState("Clips");
  const [ready, setReady] = useState(false);
  const [done, setDone] = useState("");
  const [fault, setFault] = useState(/** @type {import("../api.js").ApiError|null} */ (null));
  useEffect(() => void loadSources(), []);
  useEffect(() => {
    // A click that was meant for another window must not land here: the button waits until this
    // page has been looked at for a moment.
    let timer = 0;
    const look = () => {
      clearTimeout(timer);
      setReady(false);
      if (document.visibilityState === "visible" && document.hasFocus()) timer = setTimeout(() => setReady(true), READ_MS);
    };
    look();
    for (const name of ["focus", "blur"]) addEventListener(name, look);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearTimeout(timer);
      for (const name of ["focus", "blur"]) removeEventListener(name, look);
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
  if (!ORIGIN.test(origin) || !CHALLENGE.test(code) || !scopes.length)
    return html`<${Fault} fault=${{ message: "this request cannot be read", hint: "Begin again in the panel of the extension." }} />`;
  if (done) return html`<section class="card" role="status"><h1>${done}</h1><p class="soft">You can close this page.</p></section>`;
  const folders = (sources.value ?? []).filter((each) => each.kind === "folder");
  const into = source || folders[0]?.name || "";
  const clips = chosen.includes("clip");
  const allow = async () => {
    setFault(null);
    try {
      await call("POST", "/grants", {
        body: { client: client.trim().slice(0, 60) || "Browser extension", origin, challenge: code, scopes: chosen, ...(clips ? { source: into, folder } : {}) },
      });
      setDone("Connected");
    } catch (failure) {
      setFault(asApiError(failure));
    }
  };
  const turn = (/** @type {string} */ scope) =>
    setChosen(chosen.includes(scope) ? chosen.filter((each) => each !== scope) : [...chosen, scope]);
  return html`<section class="card grant" aria-labelledby="grant-title">
    <h1 id="grant-title">Let the “${client.slice(0, 60) || "browser extension"}” use your notes?</h1>
    <p>Allow it only if you have just asked for it, and the extension shows these letters:</p>
    <p class="grant-code">${lettersOf(code)}</p>
    <p class="soft">It comes from <code>${origin}</code>. It may:</p>
    <ul class="grant-scopes">
      ${scopes.map((scope) => html`<li key=${scope}><label><input type="checkbox" checked=${chosen.includes(scope)} onChange=${() => turn(scope)} /> ${MEANING[scope]}</label></li>`)}
    </ul>
    ${clips && html`<div class="grant-folder">
      <label>Clips go into <select value=${into} onChange=${(/** @type {any} */ event) => setSource(event.target.value)}>
        ${folders.map((each) => html`<option key=${each.name} value=${each.name}>${each.location ?? each.name}</option>`)}
      </select></label>
      <label>Folder in it <input type="text" value=${folder} onInput=${(/** @type {any} */ event) => setFolder(event.target.value)} /></label>
      ${sources.value && !folders.length && html`<p class="soft">There is no folder of notes yet: add one under Sources, or leave this out.</p>`}
    </div>`}
    ${fault && html`<${Fault} fault=${fault} />`}
    <p class="dialog-actions">
      <button type="button" class="button" onClick=${() => setDone("Not connected")}>Do not allow</button>
      <button type="button" class="button primary" disabled=${!ready || !chosen.length || (clips && !into)} onClick=${allow}>Allow</button>
    </p>
  </section>`;
}

/** @param {{alone: boolean}} props */
function Granted({ alone }) {
  const [grants, setGrants] = useState(/** @type {Grant[]} */ ([]));
  const [fault, setFault] = useState(/** @type {import("../api.js").ApiError|null} */ (null));
  const load = () =>
    call("GET", "/grants").then((found) => setGrants(found.grants), (failure) => setFault(asApiError(failure)));
  useEffect(() => void load(), []);
  const revoke = async (/** @type {Grant} */ grant) => {
    const sure = await confirm({ title: `Disconnect ${grant.client}?`, text: "It can be connected again.", action: "Disconnect" });
    if (!sure) return;
    await call("DELETE", `/grants/${grant.id}`).catch((failure) => say(asApiError(failure).message, { bad: true }));
    await load();
  };
  return html`<section class="block" aria-labelledby="granted-title">
    ${alone ? html`<h1 id="granted-title">Connected extensions</h1>` : html`<h2 id="granted-title">Connected extensions</h2>`}
    ${fault && html`<${Fault} fault=${fault} />`}
    ${!grants.length && !fault && html`<p class="soft">None yet. A browser extension asks to be let in from its own panel, once; what it may do is shown here before you allow it.</p>`}
    ${grants.length > 0 && html`<ul class="jobs">${grants.map((grant) => html`<li key=${grant.id}>
      <span class="job-what">${grant.client}<br /><span class="soft">${grant.scopes.join(", ")}${grant.folder ? `; clips go to ${grant.folder}` : ""}</span></span>
      <time class="soft" title=${fullDate(grant.created)}>${ago(grant.created)}</time>
      <button type="button" class="button small" onClick=${() => revoke(grant)}>Disconnect</button></li>`)}</ul>`}
  </section>`;
}
