/** The map as a list: its groups, and the notes of the chosen one. */
import { html, useEffect, useState } from "../vendor/preact.js";
import { count, fileName } from "../format.js";
import { chosenGroup, found, groupName, noteMap } from "../map.js";
import { address } from "../router.js";

const PAGE = 100;

export function MapGroups() {
  const map = noteMap.value;
  const [shown, setShown] = useState(PAGE);
  useEffect(() => setShown(PAGE), [chosenGroup.value, found.value]);
  useEffect(() => () => void (chosenGroup.value = -1), []);
  if (!map?.ids.length) return null;
  const order = map.groups.map((_, i) => i).sort((a, b) => (map.groups[b]?.count ?? 0) - (map.groups[a]?.count ?? 0));
  const marked = found.value;
  if (marked) return html`<${Points} points=${map.ids.flatMap((id, i) => (marked.has(id) ? [i] : []))} shown=${shown} onMore=${() => setShown(shown + PAGE)} />`;
  return html`
    <ul class="map-groups">
      ${order.map((index) => {
        const group = map.groups[index];
        if (!group?.count) return null;
        const open = chosenGroup.value === index;
        return html`<li key=${index}>
          <button type="button" class="map-group" aria-expanded=${open} onClick=${() => (chosenGroup.value = open ? -1 : index)}>
            <svg class="map-dot" width="11" height="11" viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="6" fill=${`hsl(${(index * 137.5 + 168) % 360} 50% 52%)`} /></svg>
            <span class="map-name" dir="auto">${groupName(group)}</span><span class="faint">${count(group.count)}</span></button>
          ${open && html`<${Points} points=${map.group.flatMap((each, i) => (each === index ? [i] : []))} shown=${shown} onMore=${() => setShown(shown + PAGE)} />`}
        </li>`;
      })}
    </ul>`;
}

/** @param {{points: number[], shown: number, onMore: () => void}} props */
function Points({ points, shown, onMore }) {
  const map = noteMap.value;
  if (!map) return null;
  return html`
    <ul class="map-points">
      ${points.slice(0, shown).map(
        (i) => html`<li key=${map.ids[i]}><a href=${address("note", map.ids[i])} dir="auto" title=${map.paths[map.path[i] ?? -1]}>
          ${map.titles[i] || fileName(map.paths[map.path[i] ?? -1] ?? "")}</a></li>`,
      )}
      ${points.length > shown && html`<li><button type="button" class="link" onClick=${onMore}>Show more</button></li>`}
    </ul>`;
}
