/** The column of turns. It follows the newest words only while the reader is at them. */
import { html, useEffect, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { Icon } from "./icon.js";

/** Nearer than this to the end counts as being there. */
const NEAR = 32;

/**
 * A new `mark` goes to the end: another conversation, a question. A new `held` element stays where
 * it was on the screen, though the column has become narrower.
 * @param {{children: unknown, mark: unknown, held?: {element?: HTMLElement, top: number}|null}} props
 */
export function Thread({ children, mark, held }) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const inner = useRef(/** @type {HTMLElement|null} */ (null));
  const follows = useRef(true);
  const last = useRef({ top: 0, height: 0 });
  const [away, setAway] = useState(false);

  const toEnd = () => {
    follows.current = true;
    setAway(false);
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  };
  useEffect(toEnd, [mark]);
  useLayoutEffect(() => {
    if (!held?.element?.isConnected || !box.current) return;
    follows.current = false;
    box.current.scrollTop += held.element.getBoundingClientRect().top - held.top;
  }, [held]);
  useEffect(() => {
    if (!box.current || !inner.current) return undefined;
    const watcher = new ResizeObserver(() => follows.current && toEnd());
    watcher.observe(inner.current);
    watcher.observe(box.current);
    return () => watcher.disconnect();
  }, []);
  const onScroll = () => {
    if (!box.current) return;
    const { scrollTop: top, scrollHeight: height, clientHeight } = box.current;
    // Upwards without anything having become smaller: that was the reader.
    if (top < last.current.top - 1 && height >= last.current.height) follows.current = false;
    if (height - top - clientHeight < NEAR) follows.current = true;
    last.current = { top, height };
    setAway(!follows.current);
  };
  return html`
    <div class="thread-scroll" ref=${box} tabindex="0" role="region" aria-label="Messages" onScroll=${onScroll}>
      <div ref=${inner} class="thread-inner">${children}</div>
    </div>
    ${away && html`<button type="button" class="to-end" aria-label="Go to the newest words" title="Newest" onClick=${toEnd}>
      <${Icon} name="down-arrow" size=${18} /></button>`}`;
}
