/** Draws the map on a canvas; knows what is under the pointer, and moves and scales the view. */
import { groupName } from "./map.js";

/** @typedef {import("./map.js").NoteMap} NoteMap */
/** @typedef {{x: number, y: number, scale: number}} Look  what stands in the middle, and pixels for one unit */

const MOST_ZOOM = 60;
const REACH = 14;
const ABOVE = 13; // pixels from the middle of a group up to its name

export class MapCanvas {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.map = /** @type {NoteMap|null} */ (null);
    this.found = /** @type {Set<number>|null} */ (null);
    this.group = -1;
    this.hover = -1;
    this.look = /** @type {Look|null} */ (null);
    this.frame = 0;
  }

  get width() {
    return this.canvas.clientWidth;
  }
  get height() {
    return this.canvas.clientHeight;
  }
  /** Pixels for one unit when everything is seen. */
  get whole() {
    return Math.max(40, Math.min(this.width, this.height) / 2 - 34);
  }

  /** Everything in sight. */
  fit() {
    this.look = { x: 0, y: 0, scale: this.whole };
    this.redraw();
  }

  /** The points of one group (all for -1) in sight. @param {number} group */
  fitGroup(group) {
    const map = this.map;
    const at = map ? map.group.flatMap((each, index) => (each === group ? [index] : [])) : [];
    if (!map || !at.length) return this.fit();
    const [low, high] = /** @type {const} */ ([0.04, 0.96]).map((part) => ({ x: quantile(at.map((i) => map.x[i] ?? 0), part), y: quantile(at.map((i) => map.y[i] ?? 0), part) }));
    if (!low || !high) return;
    const span = Math.max(high.x - low.x, high.y - low.y, 0.05);
    const scale = Math.min((0.7 * Math.min(this.width, this.height)) / span, this.whole * MOST_ZOOM);
    this.look = { x: (low.x + high.x) / 2, y: (low.y + high.y) / 2, scale };
    this.redraw();
  }

  /** Nearer or farther, with what is under (x, y) staying there. @param {number} factor @param {number} [x] @param {number} [y] */
  zoom(factor, x = this.width / 2, y = this.height / 2) {
    if (!this.look) return;
    const scale = Math.min(Math.max(this.look.scale * factor, this.whole * 0.6), this.whole * MOST_ZOOM);
    const by = 1 / this.look.scale - 1 / scale;
    this.look = { x: this.look.x + (x - this.width / 2) * by, y: this.look.y + (y - this.height / 2) * by, scale };
    this.redraw();
  }

  /** @param {number} dx @param {number} dy in pixels */
  pan(dx, dy) {
    if (!this.look) return;
    const { x, y, scale } = this.look;
    const kept = (/** @type {number} */ value) => Math.min(1.2, Math.max(-1.2, value));
    this.look = { x: kept(x - dx / scale), y: kept(y - dy / scale), scale };
    this.redraw();
  }

  /** The point nearest to a place on the canvas, -1 for none near. @param {number} x @param {number} y */
  at(x, y) {
    const { map, look } = this;
    if (!map || !look) return -1;
    let best = -1;
    let least = REACH * REACH;
    for (let i = 0; i < map.ids.length; i++) {
      const [px, py] = this.place(i);
      const apart = (px - x) ** 2 + (py - y) ** 2;
      if (apart < least) [best, least] = [i, apart];
    }
    return best;
  }

  /** Where a point stands on the canvas. @param {number} index @returns {[number, number]} */
  place(index) {
    const look = this.look ?? { x: 0, y: 0, scale: 1 };
    return [
      ((this.map?.x[index] ?? 0) - look.x) * look.scale + this.width / 2,
      ((this.map?.y[index] ?? 0) - look.y) * look.scale + this.height / 2,
    ];
  }

  redraw() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  draw() {
    const { map, canvas } = this;
    const pen = canvas.getContext("2d");
    if (!pen || !this.width) return;
    if (!this.look) this.look = { x: 0, y: 0, scale: this.whole };
    const ratio = devicePixelRatio || 1;
    const [wide, high] = [Math.round(this.width * ratio), Math.round(this.height * ratio)];
    if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, this.width, this.height);
    if (!map) return;
    const style = getComputedStyle(canvas);
    const near = Math.sqrt(this.look.scale / this.whole);
    const size = Math.min(7, Math.max(1.6, 46 / Math.sqrt(map.ids.length + 80)) * near);
    const dark = style.colorScheme === "dark" || (style.colorScheme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
    this.points(pen, size, dark);
    this.labels(pen, style, dark);
    if (this.hover >= 0) this.ring(pen, style, size + 3.5);
  }

  /** @param {CanvasRenderingContext2D} pen @param {number} size @param {boolean} dark */
  points(pen, size, dark) {
    const map = /** @type {NoteMap} */ (this.map);
    for (const late of [false, true]) {
      for (let i = 0; i < map.ids.length; i++) {
        const group = map.group[i] ?? 0;
        const lit = this.found ? this.found.has(map.ids[i] ?? -1) : this.group < 0 || group === this.group;
        if (lit !== late) continue;
        const [x, y] = this.place(i);
        if (x < -9 || y < -9 || x > this.width + 9 || y > this.height + 9) continue;
        const strong = this.found ? size + 2.2 : size;
        pen.fillStyle = lit ? colour(group, dark) : faint(dark);
        pen.beginPath();
        pen.arc(x, y, lit ? strong : size * 0.85, 0, 7);
        pen.fill();
      }
    }
  }

  /** The groups' names, the largest first, none over another. @param {CanvasRenderingContext2D} pen @param {CSSStyleDeclaration} style @param {boolean} dark */
  labels(pen, style, dark) {
    const map = /** @type {NoteMap} */ (this.map);
    const look = /** @type {Look} */ (this.look);
    const taken = /** @type {[number, number, number, number][]} */ ([]);
    pen.font = `560 12px ${style.fontFamily}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    const order = map.groups.map((_, i) => i).sort((a, b) => (map.groups[b]?.count ?? 0) - (map.groups[a]?.count ?? 0));
    for (const i of order) {
      const group = map.groups[i];
      if (!group || !group.count) continue;
      if (this.group >= 0 && i !== this.group) continue;
      const text = groupName(group);
      const half = pen.measureText(text).width / 2 + 5;
      let x = (group.x - look.x) * look.scale + this.width / 2;
      const y = (group.y - look.y) * look.scale + this.height / 2 - ABOVE;
      if (x < 0 || y < 0 || x > this.width || y > this.height) continue;
      x = Math.min(Math.max(x, half), this.width - half);
      if (taken.some(([tx, ty, th]) => Math.abs(tx - x) < th + half && Math.abs(ty - y) < 20)) continue;
      taken.push([x, y, half, 0]);
      pen.lineWidth = 4;
      pen.lineJoin = "round";
      pen.strokeStyle = dark ? "rgb(20 20 22 / 88%)" : "rgb(246 245 241 / 92%)";
      pen.strokeText(text, x, y);
      pen.fillStyle = style.color;
      pen.fillText(text, x, y);
    }
  }

  /** @param {CanvasRenderingContext2D} pen @param {CSSStyleDeclaration} style @param {number} radius */
  ring(pen, style, radius) {
    const [x, y] = this.place(this.hover);
    pen.strokeStyle = style.color;
    pen.lineWidth = 2;
    pen.beginPath();
    pen.arc(x, y, radius, 0, 7);
    pen.stroke();
  }
}

/** A colour for each group, neighbours in number far apart in hue. @param {number} group @param {boolean} dark */
export const colour = (group, dark) => `hsl(${(group * 137.5 + 168) % 360} ${dark ? "52% 62%" : "48% 44%"} / 82%)`;

/** @param {boolean} dark */
const faint = (dark) => (dark ? "rgb(255 255 255 / 11%)" : "rgb(60 52 30 / 13%)");

/** @param {number[]} values @param {number} part */
const quantile = (values, part) => values.sort((a, b) => a - b)[Math.floor(part * (values.length - 1))] ?? 0;
