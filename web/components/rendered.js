/** Sanitised HTML as a component: the fragment is made elsewhere and put in place here. */
import { html, useLayoutEffect, useRef } from "../vendor/preact.js";

/**
 * @param {{fragment: DocumentFragment|null, class?: string, onShown?: (root: HTMLElement) => void,
 *   onClick?: (event: MouseEvent) => void}} props
 */
export function Rendered({ fragment, class: name = "", onShown, onClick }) {
  const root = useRef(/** @type {HTMLElement|null} */ (null));
  useLayoutEffect(() => {
    if (!root.current || !fragment) return;
    root.current.replaceChildren(fragment.cloneNode(true));
    onShown?.(root.current);
  }, [fragment]);
  return html`<div ref=${root} class=${`prose ${name}`} onClick=${onClick}></div>`;
}
