/** Map: all notes in one picture, like beside like; the same as a list for the keyboard. */
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { Fault } from "../components/fault.js";
import { Icon } from "../components/icon.js";
import { MapGroups } from "../components/map-groups.js";
import { count, fileName, plural } from "../format.js";
import { changes, indexing } from "../live.js";
import { MapCanvas } from "../map-canvas.js";
import { chosenGroup, drawing, drawingFault, drawn, found, loadMap, mapFault, noteMap, searchMap } from "../map.js";
import { address, go } from "../router.js";
import { stylesheet } from "../stylesheet.js";

await stylesheet("map.css");

const SEARCH_MS = 150;

export function MapView() {
  useEffect(() => void loadMap(), [changes.value, drawn.value, indexing.value === null]);
  const map = noteMap.value;
  const fault = mapFault.value;
  const job = drawing.value;
  return html`
    <main id="main" class="map-view">
      <section class="map-side" aria-label="Groups">
        <h1>Map</h1>
        <p class="soft">${map?.ids.length ? `${plural(map.ids.length, map.kind)}, like beside like.` : "All notes in one picture, like beside like."}</p>
        <${MapSearch} />
        ${fault && fault.code !== "offline" && html`<${Fault} fault=${fault} onRetry=${loadMap} />`}
        ${drawingFault.value && html`<${Fault} fault=${drawingFault.value} onRetry=${loadMap} />`}
        ${job && html`<div class="map-work" role="status"><p class="soft">${map?.ids.length ? "Notes have changed: drawing it anew" : "Drawing the map"}…</p>
          <progress max="1" aria-label="Drawing" value=${job.progress?.total ? job.progress.done / job.progress.total : undefined}></progress></div>`}
        ${map?.state === "waiting" && html`<p class="notice">The map is drawn once notes can be found by their meaning.</p>`}
        <${MapGroups} />
      </section>
      <${Picture} />
    </main>`;
}

function MapSearch() {
  const timer = useRef(0);
  useEffect(() => () => void (found.value = null), []);
  const marked = found.value;
  return html`
    <div class="map-search" role="search">
      <input class="small-input" type="search" placeholder="Mark notes on the map" aria-label="Mark notes on the map" dir="auto"
        onInput=${(/** @type {InputEvent} */ event) => {
          const words = /** @type {HTMLInputElement} */ (event.target).value;
          clearTimeout(timer.current);
          timer.current = setTimeout(() => searchMap(words), SEARCH_MS);
        }} />
      <p class="faint" role="status">${marked ? `${count(marked.size)} marked` : ""}</p>
    </div>`;
}

function Picture() {
  const element = useRef(/** @type {HTMLCanvasElement|null} */ (null));
  const drawer = useRef(/** @type {MapCanvas|null} */ (null));
  const pointers = useRef(new Map());
  const moved = useRef(0);
  const [hover, setHover] = useState(-1);
  const map = noteMap.value;

  useEffect(() => {
    const canvas = element.current;
    if (!canvas) return;
    const made = (drawer.current = new MapCanvas(canvas));
    const again = () => made.redraw();
    const sized = new ResizeObserver(() => (made.look && made.look.scale < made.whole * 1.05 ? made.fit() : made.redraw()));
    sized.observe(canvas);
    const themed = new MutationObserver(again);
    themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", again);
    const onWheel = (/** @type {WheelEvent} */ event) => {
      event.preventDefault();
      made.zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0018)), event.offsetX, event.offsetY);
    };
    canvas.addEventListener("wheel", onWheel, { passive: false });
    return () => {
      sized.disconnect();
      themed.disconnect();
      scheme.removeEventListener("change", again);
      canvas.removeEventListener("wheel", onWheel);
    };
  }, []);
  useEffect(() => {
    const made = drawer.current;
    if (!made) return;
    Object.assign(made, { map, found: found.value, hover });
    if (made.group !== chosenGroup.value) {
      made.group = chosenGroup.value;
      made.group < 0 ? made.fit() : made.fitGroup(made.group);
    } else made.redraw();
  }, [map, found.value, hover, chosenGroup.value]);

  /** @param {number} index */
  const open = (index) => {
    const id = map?.ids[index];
    if (id !== undefined) go(address("note", id));
  };
  /** @param {PointerEvent} event */
  const onPointerMove = (event) => {
    const made = drawer.current;
    const before = pointers.current.get(event.pointerId);
    if (!made) return;
    if (!before) return setHover(made.at(event.offsetX, event.offsetY));
    const others = [...pointers.current].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    const now = { x: event.offsetX, y: event.offsetY };
    if (others.length === 1) {
      const span = (/** @type {{x: number, y: number}} */ a) => Math.hypot(a.x - others[0].x, a.y - others[0].y);
      made.zoom(span(now) / Math.max(1, span(before)), (now.x + others[0].x) / 2, (now.y + others[0].y) / 2);
    } else made.pan(now.x - before.x, now.y - before.y);
    moved.current += Math.hypot(now.x - before.x, now.y - before.y);
    pointers.current.set(event.pointerId, now);
  };
  /** @param {PointerEvent} event */
  const onPointerUp = (event) => {
    pointers.current.delete(event.pointerId);
    if (event.type === "pointerup" && moved.current < 5) open(drawer.current?.at(event.offsetX, event.offsetY) ?? -1);
  };
  const [x, y] = hover >= 0 && drawer.current ? drawer.current.place(hover) : [0, 0];
  return html`
    <div class="map-picture">
      <canvas ref=${element} class=${hover >= 0 ? "over" : ""} role="img" data-points=${map?.ids.length ?? 0}
        aria-label=${`Map of ${plural(map?.ids.length ?? 0, map?.kind ?? "note")}; the list of groups holds the same`}
        onPointerDown=${(/** @type {PointerEvent} */ event) => {
          element.current?.setPointerCapture(event.pointerId);
          pointers.current.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
          moved.current = 0;
        }}
        onPointerMove=${onPointerMove} onPointerUp=${onPointerUp} onPointerCancel=${onPointerUp}
        onPointerLeave=${() => setHover(-1)}></canvas>
      ${hover >= 0 && map &&
      html`<div class="map-tip" aria-hidden="true" ref=${(/** @type {HTMLElement|null} */ tip) => tip && seat(tip, x, y)}>
        <strong dir="auto">${map.titles[hover] || "Untitled"}</strong><span>${fileName(map.paths[map.path[hover] ?? -1] ?? "")}</span></div>`}
      <div class="map-buttons">
        <button type="button" class="button" aria-label="Zoom in" onClick=${() => drawer.current?.zoom(1.5)}><${Icon} name="plus" /></button>
        <button type="button" class="button" aria-label="Zoom out" onClick=${() => drawer.current?.zoom(1 / 1.5)}><${Icon} name="minus" /></button>
        <button type="button" class="button" aria-label="Show the whole map" onClick=${() => ((chosenGroup.value = -1), drawer.current?.fit())}><${Icon} name="expand" /></button>
      </div>
    </div>`;
}

/** Beside the point, inside the picture. @param {HTMLElement} tip @param {number} x @param {number} y */
function seat(tip, x, y) {
  const room = tip.parentElement?.clientWidth ?? 0;
  tip.style.left = `${Math.max(4, Math.min(x + 14, room - tip.offsetWidth - 4))}px`;
  tip.style.top = `${Math.max(4, y - tip.offsetHeight - 10)}px`;
}
