/** Icons, drawn on a 24 grid with one stroke width, coloured by the text around them. */
import { html } from "../vendor/preact.js";

/** @type {Record<string, string>} */
const PATHS = {
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM16 16l4.5 4.5",
  chat: "M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-4.5 4v-4A2.5 2.5 0 0 1 4 13.5Z",
  sources: "M3.5 7A2 2 0 0 1 5.5 5H9l2 2.5h7.5a2 2 0 0 1 2 2V17a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2Z",
  status: "M3.5 12.5H8l2.5-7 3.5 13 2.5-6h4",
  markdown: "M6.5 3.5h8l4 4V19a1.5 1.5 0 0 1-1.5 1.5h-10.5A1.5 1.5 0 0 1 5 19V5a1.5 1.5 0 0 1 1.5-1.5ZM14 3.5V8h4.5M8.5 17v-4.5l2 2 2-2V17M15.5 12.5V17",
  org: "M6.5 3.5h8l4 4V19a1.5 1.5 0 0 1-1.5 1.5h-10.5A1.5 1.5 0 0 1 5 19V5a1.5 1.5 0 0 1 1.5-1.5ZM14 3.5V8h4.5M8.5 12h.01M11 12h4.5M10.5 15h.01M13 15h2.5M8.5 18h.01M11 18h4.5",
  text: "M6.5 3.5h8l4 4V19a1.5 1.5 0 0 1-1.5 1.5h-10.5A1.5 1.5 0 0 1 5 19V5a1.5 1.5 0 0 1 1.5-1.5ZM14 3.5V8h4.5M8.5 12.5h7M8.5 16.5h4.5",
  code: "M8.5 7.5 4 12l4.5 4.5M15.5 7.5 20 12l-4.5 4.5M13.5 5l-3 14",
  pdf: "M6.5 3.5h8l4 4V19a1.5 1.5 0 0 1-1.5 1.5h-10.5A1.5 1.5 0 0 1 5 19V5a1.5 1.5 0 0 1 1.5-1.5ZM14 3.5V8h4.5M8.5 12.5h7v5h-7Z",
  mail: "M3.5 6h17v12h-17ZM3.5 7l8.5 6.5L20.5 7",
  open: "M13.5 4.5h6v6M19.5 4.5 11 13M10 5.5H6A1.5 1.5 0 0 0 4.5 7v11A1.5 1.5 0 0 0 6 19.5h11a1.5 1.5 0 0 0 1.5-1.5v-4",
  similar: "M9.5 4.5a6 6 0 1 0 0 12 6 6 0 0 0 0-12ZM14.5 7.6a6 6 0 1 1-6.4 9.9",
  close: "M6 6l12 12M18 6 6 18",
  back: "M19 12H5M11 6l-6 6 6 6",
  expand: "M14 4.5h5.5V10M19.5 4.5 13 11M10 19.5H4.5V14M4.5 19.5 11 13",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z",
  system: "M4 5.5h16v10.5H4ZM9 20h6M12 16v4",
  help: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM9.6 9.6A2.5 2.5 0 1 1 12 12.7v1M12 16.6h.01",
  plus: "M12 5v14M5 12h14",
  trash: "M4.5 7h15M10 7V4.5h4V7M6.5 7l1 12.5h9l1-12.5M10.5 11v5M13.5 11v5",
  refresh: "M19.5 12a7.5 7.5 0 1 1-2.2-5.3L19.5 9M19.5 4v5h-5",
  up: "M7.5 11v8.5h-3V11ZM7.5 11l4-7c1.4 0 2.3 1 2.3 2.3L13.3 10h4.9a1.8 1.8 0 0 1 1.8 2.1l-1.1 6a1.8 1.8 0 0 1-1.8 1.4H7.5",
  down: "M16.5 13V4.5h3V13ZM16.5 13l-4 7c-1.4 0-2.3-1-2.3-2.3l.5-3.7H5.8a1.8 1.8 0 0 1-1.8-2.1l1.1-6A1.8 1.8 0 0 1 6.9 4.5h9.6",
  copy: "M9 9h10.5v10.5H9ZM15 9V4.5H4.5V15H9",
  check: "M5 12.5l4.5 4.5L19 7.5",
  warning: "M12 4 2.8 19.5h18.4ZM12 10v4.5M12 17.2h.01",
  stop: "M7 7h10v10H7Z",
  send: "M12 19V5.5M6 11l6-6 6 6",
  "down-arrow": "M12 5v13.5M6 13l6 6 6-6",
  save: "M12 4v10.5M7.5 10.5 12 15l4.5-4.5M5 19.5h14",
  model: "M12 3.5l7.5 4.2v8.6L12 20.5l-7.5-4.2V7.7ZM4.5 7.7 12 12l7.5-4.3M12 12v8.5",
  pencil: "M4.5 19.5l1-4.5L16 4.5l3.5 3.5L9 18.5Z",
  quote: "M9.5 7C6.5 8 5 10 5 13v4h5v-5H7.5c0-1.8.8-2.7 2.5-3.3ZM18.5 7C15.5 8 14 10 14 13v4h5v-5h-2.5c0-1.8.8-2.7 2.5-3.3Z",
  list: "M8.5 6.5h11M8.5 12h11M8.5 17.5h11M4.5 6.5h.01M4.5 12h.01M4.5 17.5h.01",
  sliders: "M4.5 7h9M17.5 7h2M4.5 17h2M10.5 17h9M15.5 5v4M8.5 15v4",
  right: "M9.5 6l6 6-6 6",
  link: "M10 14l4-4M8.5 11 6 13.5a3.2 3.2 0 0 0 4.5 4.5L13 15.5M15.5 13l2.5-2.5A3.2 3.2 0 0 0 13.5 6L11 8.5",
  minus: "M5 12h14",
  star: "M12 4l2.5 5.2 5.6.7-4.1 3.9 1.1 5.6-5.1-2.8-5.1 2.8L8 13.8 3.9 9.9l5.6-.7Z",
  train: "M4 5v14.5h16M7.5 8c2 6 5 8 11.5 8.5",
  map: "M4 6.5 9.3 4.5l5.4 2L20 4.5v13l-5.3 2-5.4-2L4 19.5ZM9.3 4.5v13M14.7 6.5v13",
  image: "M4.5 5.5h15v13h-15ZM4.5 16l4.5-4.5 4 4 2.5-2.5 4 4M15 9.5h.01",
};

/** @param {{name: string, size?: number}} props */
export const Icon = ({ name, size = 18 }) => html`
  <svg class="icon" width=${size} height=${size} viewBox="0 0 24 24" fill="none"
    stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"
    aria-hidden="true"><path d=${PATHS[name] ?? PATHS.text} /></svg>`;

const TYPES = new Set(["markdown", "org", "code", "pdf", "mail", "image"]);

/** The icon of a note's type. @param {string} type */
export const typeIcon = (type) => (TYPES.has(type) ? type : "text");
