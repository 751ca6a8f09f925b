/** The learning curves of a training: drawn, and as a table for those who do not see the drawing. */
import { html } from "../vendor/preact.js";

/** @typedef {import("../training.js").Point} Point */
/** @typedef {import("../training.js").Curves} Curves */

const WIDTH = 640;
const HEIGHT = 260;
const LEFT = 50;
const RIGHT = 14;
const TOP = 12;
const FOOT = 34;
const MOST_POINTS = 400; // a line of more looks the same
const TICKS = 5;

/** @param {{curves: Curves, live?: boolean}} props */
export function LearningCurves({ curves, live = false }) {
  const each = finite(curves.train);
  const learned = finite(curves.train_smooth);
  const unseen = finite(curves.validation);
  if (learned.length + unseen.length < 2) return live ? html`<p class="soft">The curves begin with the first steps.</p>` : null;
  const best = unseen.reduce((low, point) => (point[1] < low[1] ? point : low), unseen[0] ?? [0, 0]);
  const spoken = [describe("learned rows", learned), describe("unseen notes", unseen)].filter(Boolean).join("; ");
  return html`
    <figure class="curves">
      <figcaption class="curve-key">
        <span class="key-learned">learned rows</span>
        <span class="key-unseen">unseen notes</span>
        <span class="soft">loss by step; lower is better</span>
      </figcaption>
      <${Drawing} each=${each} learned=${learned} unseen=${unseen} best=${best} label=${`Learning curves. ${spoken}.`} />
      <details class="more-details"><summary>The same as a table</summary>
        <div class="table-scroll"><table class="figures">
          <thead><tr><th scope="col">Step</th><th scope="col">Learned rows</th><th scope="col">Unseen notes</th></tr></thead>
          <tbody>${unseen.map(([step, loss]) => html`<tr key=${step} class=${step === best[0] ? "best" : ""}>
            <th scope="row">${step}</th><td>${at(learned, step)}</td><td>${loss.toFixed(3)}${step === best[0] ? " (best)" : ""}</td></tr>`)}</tbody>
        </table></div>
      </details>
    </figure>`;
}

/** @param {{each: Point[], learned: Point[], unseen: Point[], best: Point, label: string}} props */
function Drawing({ each, learned, unseen, best, label }) {
  // A single odd batch must not flatten everything else, so that the faint line may be cut.
  const steady = [...learned, ...unseen];
  const losses = steady.map(([, loss]) => loss);
  const edge = (Math.max(...losses) - Math.min(...losses)) * 0.25 || 0.1;
  const low = Math.min(...losses) - edge;
  const high = Math.max(...losses) + edge;
  const last = Math.max(...steady.map(([step]) => step), 1);
  const x = (/** @type {number} */ step) => LEFT + (step / last) * (WIDTH - LEFT - RIGHT);
  const y = (/** @type {number} */ loss) => TOP + ((high - Math.min(high, Math.max(low, loss))) / (high - low)) * (HEIGHT - TOP - FOOT);
  const path = (/** @type {Point[]} */ points) =>
    thin(points).map(([step, loss], index) => `${index ? "L" : "M"}${x(step).toFixed(1)} ${y(loss).toFixed(1)}`).join("");
  const marks = ticks(low, high);
  const steps = ticks(0, last).filter(Number.isInteger);
  const digits = high - low < 0.2 ? 3 : 2;
  return html`
    <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label=${label}>
      ${marks.map((loss) => html`
        <line key=${loss} class="curve-grid" x1=${LEFT} x2=${WIDTH - RIGHT} y1=${y(loss)} y2=${y(loss)} />
        <text class="curve-label" x=${LEFT - 8} y=${y(loss) + 4} text-anchor="end">${loss.toFixed(digits)}</text>`)}
      ${steps.map((step) => html`<text key=${step} class="curve-label" x=${x(step)} y=${HEIGHT - 12} text-anchor=${step > last * 0.97 ? "end" : "middle"}>${step}</text>`)}
      ${unseen.length > 1 && html`<line class="curve-best" x1=${x(best[0])} x2=${x(best[0])} y1=${TOP} y2=${HEIGHT - FOOT} />`}
      <path class="curve-each" d=${path(each)} />
      <path class="curve-learned" d=${path(learned)} />
      <path class="curve-unseen" d=${path(unseen)} />
      ${unseen.map(([step, loss]) => html`<circle key=${step} class="curve-dot" cx=${x(step)} cy=${y(loss)} r="3.5"><title>${`step ${step}: ${loss.toFixed(3)}`}</title></circle>`)}
    </svg>`;
}

/** Round numbers from `low` to `high`, about TICKS of them. @param {number} low @param {number} high */
function ticks(low, high) {
  const rough = (high - low) / TICKS;
  const tenth = 10 ** Math.floor(Math.log10(rough));
  const stride = tenth * ([1, 2, 5].find((factor) => tenth * factor >= rough) ?? 10);
  const first = Math.ceil(low / stride);
  return Array.from({ length: Math.max(0, Math.floor(high / stride) - first + 1) }, (_, index) => Number(((first + index) * stride).toPrecision(12)));
}

/** @param {Point[]|undefined} points */
const finite = (points) => (points ?? []).filter(([, loss]) => Number.isFinite(loss));

/** @param {Point[]} points */
function thin(points) {
  const stride = Math.ceil(points.length / MOST_POINTS);
  return stride < 2 ? points : points.filter((_, index) => index % stride === 0 || index === points.length - 1);
}

/** The value of a line at a step, or just before it. @param {Point[]} points @param {number} step */
const at = (points, step) => points.findLast(([place]) => place <= step)?.[1].toFixed(3) ?? "–";

/** @param {string} name @param {Point[]} points */
function describe(name, points) {
  const first = points[0];
  const last = points.at(-1);
  return first && last ? `Loss on ${name}: from ${first[1].toFixed(2)} at step ${first[0]} to ${last[1].toFixed(2)} at step ${last[0]}` : "";
}
