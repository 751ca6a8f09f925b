/** Writing into the note that is edited. */
import { type App, MarkdownView, Notice } from "obsidian";

/** Writes `text` at the cursor of the note that was edited last; says so when there is none. */
export function insertText(app: App, text: string): void {
  const view = app.workspace.getActiveViewOfType(MarkdownView) ?? app.workspace.getMostRecentLeaf()?.view;
  if (!(view instanceof MarkdownView) || view.getMode() !== "source") {
    new Notice("Open a note for editing first.");
    return;
  }
  view.editor.replaceSelection(text);
  view.editor.focus();
}
