/** Where the daemon is, and giving the token back. */
import { address, asError, isConnected, loopback } from "./daemon.js";
import { disconnect } from "./grant.js";
import { $, sentence, show } from "./dom.js";

const field = /** @type {HTMLInputElement} */ ($("address"));

async function start() {
  field.value = await address();
  const connected = await isConnected();
  show($("disconnect"), connected);
  const { folder } = await chrome.storage.local.get("folder");
  if (connected && folder) $("how").textContent = `Connected. Clips go to ${folder}.`;
}

$("options").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const wanted = loopback(field.value);
    if (wanted !== (await address())) await chrome.storage.local.remove(["token", "folder"]);
    await chrome.storage.local.set({ address: wanted });
    await start();
    $("how").textContent = "Saved.";
  } catch (fault) {
    const { message, hint } = asError(fault);
    $("how").textContent = sentence(message, hint);
  }
});

$("disconnect").addEventListener("click", async () => {
  await disconnect();
  await start();
  $("how").textContent = "Disconnected.";
});

void start();
