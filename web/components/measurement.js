/** How well a model uses its context: surprise by length as a curve, hidden sentences as a map. */
import { html } from "../vendor/preact.js";

/**
 * What `khoj-lite model measure` found, as JSON.
 * @typedef {object} Measurement
 * @property {string} model
 * @property {{context_tokens: number, per_byte: number|null}[]} perplexity  null: beyond all numbers
 * @property {{context_tokens: number, depth: number, found: boolean}[]} needles
 * @property {string[]} [notes]
 */

const WIDTH = 420;
const HEIGHT = 190;
const LEFT = 46;
const RIGHT = 20;
const TOP = 24;
const FOOT = 30;

/** @param {number} tokens */
const short = (tokens) => (tokens >= 1024 ? `${Math.round(tokens / 1024)}K` : String(tokens));
/** @param {number} depth */
const percent = (depth) => `${Math.round(depth * 100)}%`;

/** @param {{measurement: Measurement}} props */
export function Measured({ measurement: { perplexity, needles, notes = [] } }) {
  return html`
    <div class="measured">
      ${perplexity.length > 1 && html`<${Curve} points=${perplexity} />`}
      ${needles.length > 0 && html`<${Needles} needles=${needles} />`}
      ${notes.map((note) => html`<p key=${note} class="soft">${note}</p>`)}
    </div>`;
}

/** @param {{points: Measurement["perplexity"]}} props */
function Curve({ points }) {
  const shown = points.flatMap(({ context_tokens, per_byte }) => (Number.isFinite(per_byte) ? [{ context_tokens, per_byte: Number(per_byte) }] : []));
  if (shown.length < 2) return null;
  const values = shown.map(({ per_byte }) => per_byte);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = high - low || 1;
  const first = Math.log2(shown[0]?.context_tokens ?? 1);
  const last = Math.log2(shown.at(-1)?.context_tokens ?? 2);
  const x = (/** @type {number} */ tokens) => LEFT + ((Math.log2(tokens) - first) / (last - first || 1)) * (WIDTH - LEFT - RIGHT);
  const y = (/** @type {number} */ value) => TOP + ((high - value) / span) * (HEIGHT - TOP - FOOT);
  const path = shown.map((point, index) => `${index ? "L" : "M"}${x(point.context_tokens).toFixed(1)} ${y(point.per_byte).toFixed(1)}`).join("");
  const said = shown.map((point) => `${short(point.context_tokens)}: ${point.per_byte.toFixed(3)}`).join(", ");
  return html`
    <figure class="chart">
      <figcaption>Surprise a byte, by context <span class="soft">lower is better; it falls while what stands far back is used</span></figcaption>
      <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label=${`Perplexity a byte: ${said}`}>
        ${[low, high].map((value) => html`
          <line key=${value} class="chart-grid" x1=${LEFT} x2=${WIDTH - RIGHT} y1=${y(value)} y2=${y(value)} />
          <text class="chart-label" x=${LEFT - 8} y=${y(value) + 4} text-anchor="end">${value.toFixed(2)}</text>`)}
        <path class="chart-line" d=${path} />
        ${shown.map((point) => html`
          <circle key=${point.context_tokens} class="chart-dot" cx=${x(point.context_tokens)} cy=${y(point.per_byte)} r="4"><title>${point.per_byte.toFixed(3)}</title></circle>
          <text class="chart-label" x=${x(point.context_tokens)} y=${HEIGHT - 8} text-anchor="middle">${short(point.context_tokens)}</text>`)}
      </svg>
    </figure>`;
}

/** @param {{needles: Measurement["needles"]}} props */
function Needles({ needles }) {
  const lengths = [...new Set(needles.map(({ context_tokens }) => context_tokens))].sort((a, b) => a - b);
  const depths = [...new Set(needles.map(({ depth }) => depth))].sort((a, b) => a - b);
  const found = needles.filter((needle) => needle.found).length;
  return html`
    <figure class="chart">
      <figcaption>Hidden sentences found <span class="soft">${found} of ${needles.length}; from the beginning (0%) to the end of the prompt</span></figcaption>
      <table class="needles">
        <thead><tr><th scope="col">depth</th>${lengths.map((length) => html`<th key=${length} scope="col">${short(length)}</th>`)}</tr></thead>
        <tbody>
          ${depths.map((depth) => html`
            <tr key=${depth}><th scope="row">${percent(depth)}</th>
              ${lengths.map((length) => {
                const needle = needles.find((each) => each.context_tokens === length && each.depth === depth);
                return html`<td key=${length} class=${needle ? (needle.found ? "found" : "missed") : ""}>${needle ? (needle.found ? "found" : "missed") : ""}</td>`;
              })}
            </tr>`)}
        </tbody>
      </table>
    </figure>`;
}
