/** A component whose module is fetched when it is first shown. */
import { html, useEffect, useState } from "../vendor/preact.js";
import { connection } from "../api.js";

/**
 * @param {() => Promise<any>} load the component
 * @param {any} waiting what stands there until it has come
 */
export const later = (load, waiting) => {
  /** @type {any} */
  let known = null;
  return (/** @type {Record<string, unknown>} */ props) => {
    const [, redraw] = useState(0);
    useEffect(() => {
      if (known) return;
      load().then(
        (component) => ((known = component), redraw(1)),
        () => (connection.value = "offline"), // fetched again as soon as the daemon is back
      );
    }, [connection.value === "online"]);
    return known ? html`<${known} ...${props} />` : waiting;
  };
};
