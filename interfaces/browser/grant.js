/** Being let in: the user allows it once on the daemon's own page; then the token is fetched. */
import { address, call, DaemonError } from "./daemon.js";

const PATIENCE_MS = 300_000;
const EVERY_MS = 700;
const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
export const SCOPES = ["search", "ask", "clip"];

/** @param {Uint8Array} bytes */
const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** A secret, its S256 (RFC 7636), and the words by which the user knows both sides belong together. */
export async function makeSecret() {
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
  const letters = [...digest.slice(0, 8)].map((byte) => LETTERS[byte % 32]).join("");
  return { verifier, challenge: base64url(digest), code: `${letters.slice(0, 4)}-${letters.slice(4)}` };
}

/** @param {string} challenge @returns {Promise<string>} the page that asks the user */
export async function grantPage(challenge) {
  const browser = navigator.userAgent.includes("Firefox") ? "Firefox" : "Chromium";
  const asked = new URLSearchParams({
    client: `${browser} extension`,
    origin: location.origin,
    code: challenge,
    scopes: SCOPES.join(","),
  });
  return `${await address()}/#/grant?${asked}`;
}

/**
 * Waits until the user has allowed it, and keeps the token.
 * @param {string} verifier @param {AbortSignal} signal
 * @returns {Promise<{folder: string, scopes: string[]}>}
 */
export async function claim(verifier, signal) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    try {
      const given = await call("POST", "/grants/token", { body: { verifier }, signal });
      if (given) {
        await chrome.storage.local.set({ token: given.token, folder: given.grant.folder });
        return given.grant;
      }
    } catch (fault) {
      if (!(fault instanceof DaemonError) || fault.code !== "offline") throw fault;
    }
    await new Promise((done) => setTimeout(done, EVERY_MS));
    signal.throwIfAborted();
  }
  throw new DaemonError("late", "Nobody allowed it in five minutes", "Connect again when you are ready.");
}

/** Gives the token back. */
export async function disconnect() {
  await call("DELETE", "/grants/own").catch(() => {});
  await chrome.storage.local.remove(["token", "folder"]);
}
