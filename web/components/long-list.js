/**
 * A list that may be very long: what is far from sight is only a box of its height.
 *
 * Items stand in lots. A lot is drawn when it comes near what is seen and emptied when it is far,
 * so that ten thousand items cost about as much as a hundred: the page holds few elements, and a
 * change draws anew only the lots that it concerns.
 */
import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "../vendor/preact.js";

const LOT = 25;
const NEAR = "1200px 0px";

/**
 * @template Item
 * @param {object} props
 * @param {Item[]} props.items
 * @param {(item: Item, index: number, marked: boolean) => unknown} props.render  a `li` with its key; it must hang on nothing that changes but these
 * @param {number} [props.marked]  the index of the chosen item, whose lot is always drawn; -1 for none
 * @param {number} props.height  about how high an item is, in pixels
 * @param {string} props.name  the class of the lists
 * @param {string} props.label
 * @param {boolean} [props.busy]
 */
export function LongList({ items, render, marked = -1, height, name, label, busy = false }) {
  const lots = Math.ceil(items.length / LOT);
  return html`
    <div role="group" aria-label=${label} aria-busy=${busy}>
      ${Array.from({ length: lots }, (_, lot) => html`<${Lot} key=${lot} first=${lot * LOT} items=${items} render=${render} height=${height} name=${name}
        marked=${marked >= lot * LOT && marked < (lot + 1) * LOT ? marked : -1} />`)}
    </div>`;
}

/** @param {{first: number, items: any[], render: (item: any, index: number, marked: boolean) => unknown, marked: number, height: number, name: string}} props */
function Lot({ first, items, render, marked, height, name }) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const measured = useRef(0);
  const [near, setNear] = useState(first === 0);
  const own = items.slice(first, first + LOT);
  const shown = near || marked >= 0;

  useEffect(() => {
    if (!box.current) return undefined;
    const watcher = new IntersectionObserver(([entry]) => entry && setNear(entry.isIntersecting), { root: box.current.closest("main, .search-column"), rootMargin: NEAR });
    watcher.observe(box.current);
    return () => watcher.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (shown && box.current) measured.current = box.current.offsetHeight / Math.max(1, own.length);
  });

  // The same items are the same drawing: nothing below is looked at again.
  const same = useRef(/** @type {any[]} */ ([]));
  if (same.current.length !== own.length || own.some((item, index) => item !== same.current[index])) same.current = own;
  return useMemo(
    () =>
      shown
        ? html`<ol ref=${box} class=${name} start=${first + 1}>${own.map((item, index) => render(item, first + index, first + index === marked))}</ol>`
        : html`<ol ref=${box} class=${name} start=${first + 1} style=${{ height: `${Math.round((measured.current || height) * own.length)}px` }}></ol>`,
    [same.current, shown, marked],
  );
}
