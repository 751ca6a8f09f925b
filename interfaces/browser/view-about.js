/** My notes about this page. The page is read when this view is opened, and not before. */
import { hitItem } from "./hit.js";
import { aboutPage } from "./notes.js";
import { readTab } from "./page.js";
import { $ } from "./dom.js";

/** @param {(fault: unknown) => void} tell @param {() => void} calm @returns {(words: string) => void} */
export function startAbout(tell, calm) {
  let turn = 0;
  const look = async () => {
    const mine = ++turn;
    $("view-about").setAttribute("aria-busy", "true");
    $("about-what").textContent = "Looking for notes about this page…";
    $("about-hits").replaceChildren();
    try {
      const page = await readTab(false);
      const hits = await aboutPage(page);
      if (mine !== turn) return;
      calm();
      $("about-what").textContent = `${hits.length ? "Nearest to" : "No notes about"} ${page.selected ? "the selection on " : ""}“${page.title}”`;
      $("about-hits").replaceChildren(...hits.map((hit) => hitItem(hit, { marks: false })));
    } catch (fault) {
      if (mine !== turn) return;
      $("about-what").textContent = "";
      tell(fault);
    }
    $("view-about").removeAttribute("aria-busy");
  };
  $("about-again").addEventListener("click", () => void look());
  return () => void look();
}
