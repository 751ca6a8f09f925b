/** Opens what was found, where it was found. */
import type { App, PaneType, TFile } from "obsidian";
import type { Hit } from "../api/wire";
import { lineOf } from "./line";
import { linkText } from "./link";

/** Opens a file of the vault: a note at the hit's line, a PDF at its page. */
export async function openInVault(app: App, file: TFile, hit: Hit, pane: PaneType | boolean): Promise<void> {
  if (file.extension !== "md") {
    await app.workspace.openLinkText(linkText(file.path, hit), "", pane);
    return;
  }
  const headings = app.metadataCache.getFileCache(file)?.headings ?? [];
  const line = lineOf(hit, headings.map((each) => ({ heading: each.heading, line: each.position.start.line })));
  await app.workspace.getLeaf(pane).openFile(file, { active: true, eState: { line } });
}
