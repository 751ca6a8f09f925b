/** Notes like the one that is read, beside it. */
import { type HoverParent, type HoverPopover, ItemView, Keymap, debounce, type TFile, type WorkspaceLeaf } from "obsidian";
import { asFault, wasAborted, type Fault } from "../api/fault";
import type { Hit } from "../api/wire";
import type { Notes } from "../notes";
import { drawHit } from "../result";

export const SIMILAR_VIEW = "khoj-lite-similar";

/** Skimming through notes asks for none of them. */
const REST_MS = 250;

export class SimilarView extends ItemView implements HoverParent {
  override icon = "waypoints";
  hoverPopover: HoverPopover | null = null;
  private controller = new AbortController();
  private shown = "";
  private readonly rows = new Map<Element, Hit>();
  private readonly soon = debounce(() => void this.refresh(), REST_MS, true);

  constructor(
    leaf: WorkspaceLeaf,
    private readonly notes: Notes,
  ) {
    super(leaf);
  }

  override getViewType(): string {
    return SIMILAR_VIEW;
  }

  override getDisplayText(): string {
    return "Similar notes";
  }

  override async onOpen(): Promise<void> {
    this.contentEl.addClass("khoj-lite-similar");
    this.registerDomEvent(this.contentEl, "click", (event) => this.choose(event));
    this.registerDomEvent(this.contentEl, "keydown", (event) => {
      if (event.key === "Enter") this.choose(event);
    });
    this.registerDomEvent(this.contentEl, "mouseover", (event) => {
      const row = (event.target as Element).closest<HTMLElement>(".khoj-lite-row");
      const hit = row && this.rows.get(row);
      if (hit) this.notes.preview(hit, event, this, row);
    });
    this.registerEvent(this.app.workspace.on("file-open", () => this.soon()));
    this.registerEvent(this.app.workspace.on("layout-change", () => this.soon()));
    this.register(this.notes.follower.onRenewal(() => this.renew()));
    let standing = "";
    this.register(
      this.notes.follower.onState((state) => {
        const back = standing !== "" && standing !== state.standing && state.standing === "ready";
        standing = state.standing;
        if (back) this.renew();
      }),
    );
    await this.refresh();
  }

  override onClose(): Promise<void> {
    this.controller.abort();
    return Promise.resolve();
  }

  private choose(event: MouseEvent | KeyboardEvent): void {
    const row = (event.target as Element).closest(".khoj-lite-row");
    const hit = row && this.rows.get(row);
    if (hit) void this.notes.open(hit, Keymap.isModEvent(event));
  }

  private empty(): void {
    this.rows.clear();
    this.contentEl.empty();
  }

  private renew(): void {
    this.shown = "";
    this.soon();
  }

  private async refresh(): Promise<void> {
    const file = this.app.workspace.getActiveFile();
    if (!this.containerEl.isShown() || (file?.path ?? "/") === this.shown) return;
    this.controller.abort();
    const controller = (this.controller = new AbortController());
    this.shown = file?.path ?? "/";
    if (!file) return this.say("Open a note to see others like it.");
    if (!this.notes.place.known) return this.say("Where this vault lies on the machine of khoj_lite is not known.", "Put its folder into the settings.");
    try {
      const path = this.notes.place.absolute(file.path);
      const { hits } = await this.notes.client.similar(path, this.notes.settings.results, controller.signal);
      this.draw(file, hits);
    } catch (thrown) {
      if (!wasAborted(thrown)) this.failed(asFault(thrown));
    }
  }

  private draw(file: TFile, hits: Hit[]): void {
    const others = oneEach(hits.filter((hit) => this.notes.fileOf(hit)?.path !== file.path));
    if (!others.length) return this.say("No other note is like this one.");
    this.empty();
    this.contentEl.createDiv({ cls: "khoj-lite-similar-head", text: `Like ${file.basename}` });
    for (const hit of others) {
      const row = this.contentEl.createDiv({ cls: "khoj-lite-hit khoj-lite-row", attr: { role: "button", tabindex: "0" } });
      drawHit(row, hit, this.notes);
      this.rows.set(row, hit);
    }
  }

  private failed(fault: Fault): void {
    this.shown = "";
    if (fault.code === "not_found") return this.say("This note is not indexed yet.", "It will be in a moment if its folder is a source; `khoj-lite sources` lists them.");
    this.say(fault.message, fault.hint);
  }

  private say(message: string, hint = ""): void {
    this.empty();
    const box = this.contentEl.createDiv({ cls: "khoj-lite-empty" });
    box.createDiv({ text: message });
    if (hint) box.createDiv({ cls: "khoj-lite-hint", text: hint });
  }
}

/** The best hit of each note: a list of notes, not of headings. Pure. */
export function oneEach(hits: Hit[]): Hit[] {
  const seen = new Set<string>();
  return hits.filter((hit) => !seen.has(hit.path) && seen.add(hit.path));
}
