/** The first sight: connecting, by leave of the user on the daemon's own page. */
import { asError, call, wasAborted } from "./daemon.js";
import { claim, grantPage, makeSecret } from "./grant.js";
import { $, sentence, show } from "./dom.js";

/** A daemon that says it does not know us is there. @param {unknown} fault */
function unlessRefused(fault) {
  if (asError(fault).code !== "unauthorized") throw fault;
}

/** @param {() => Promise<void>} connected called once the token is here */
export function startConnect(connected) {
  let waiting = new AbortController();
  /** @param {boolean} now */
  const wait = (now) => {
    show($("connect-wait"), now);
    show($("connect-start"), !now);
  };
  $("connect-start").addEventListener("click", async () => {
    const { signal } = (waiting = new AbortController());
    show($("connect-fault"), false);
    const { verifier, challenge, code } = await makeSecret();
    $("code").textContent = code;
    try {
      await call("GET", "/health").catch(unlessRefused);
      wait(true);
      await chrome.tabs.create({ url: await grantPage(challenge) });
      await claim(verifier, signal);
      await connected();
    } catch (fault) {
      if (!wasAborted(fault)) {
        const { message, hint } = asError(fault);
        $("connect-fault").textContent = sentence(message, hint);
        show($("connect-fault"), true);
      }
    } finally {
      wait(false);
    }
  });
  $("connect-stop").addEventListener("click", () => waiting.abort());
}
