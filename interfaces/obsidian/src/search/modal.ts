/** Search as you type: results with previews, and the filters that there are. */
import { Keymap, Platform, SuggestModal } from "obsidian";
import { asFault, type Fault } from "../api/fault";
import type { Hit } from "../api/wire";
import type { Notes } from "../notes";
import { drawHit } from "../result";
import { insertText } from "../vault/insert";
import { Latest } from "./latest";
import { completed, filterOffers, openFilter, type Offer } from "./offers";
import { scoped } from "./scope";

export type Row = { kind: "hit"; hit: Hit } | { kind: "offer"; offer: Offer };

/** After this long without an answer the modal says that it still waits. */
const PATIENCE_MS = 1500;

export class SearchModal extends SuggestModal<Row> {
  private readonly latest = new Latest<Row[]>();
  private readonly notice: HTMLElement;
  private waiting: number | undefined;

  /** `purpose`: what Enter does with the result. */
  constructor(
    private readonly notes: Notes,
    private readonly purpose: "open" | "insert" = "open",
  ) {
    super(notes.app);
    this.modalEl.addClass("khoj-lite-search");
    this.setPlaceholder(purpose === "insert" ? "Search for a note to link to" : "Search your notes, in your own words");
    this.limit = notes.settings.results;
    this.emptyStateText = "Nothing in your notes matches this.";
    this.notice = createDiv({ cls: "khoj-lite-notice" });
    this.notice.hide();
    this.resultContainerEl.before(this.notice);
    this.scope.register(["Mod"], "Enter", (event) => this.chooseActive(event));
    this.scope.register(["Shift"], "Enter", (event) => this.chooseActive(event));
    if (!Platform.isMobile) this.explainKeys();
  }

  override onClose(): void {
    this.latest.stop();
    window.clearTimeout(this.waiting);
    super.onClose();
  }

  override async getSuggestions(query: string): Promise<Row[]> {
    if (!query.trim()) {
      this.latest.stop();
      this.say("");
      return filterOffers("").map((offer) => ({ kind: "offer", offer }));
    }
    window.clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => this.say("khoj_lite is still searching…"), PATIENCE_MS);
    try {
      return await this.latest.run((signal) => this.find(query, signal));
    } catch (thrown) {
      return this.failed(asFault(thrown));
    }
  }

  override renderSuggestion(row: Row, el: HTMLElement): void {
    if (row.kind === "hit") {
      el.addClass("khoj-lite-hit");
      drawHit(el, row.hit, this.notes);
      return;
    }
    el.addClass("khoj-lite-offer");
    el.createEl("code", { text: row.offer.label });
    el.createSpan({ text: row.offer.about });
  }

  /** An offer goes into the query and the modal stays open. */
  override selectSuggestion(row: Row, event: MouseEvent | KeyboardEvent): void {
    if (row.kind === "hit") return super.selectSuggestion(row, event);
    this.write(row.offer.query);
  }

  override onChooseSuggestion(row: Row, event: MouseEvent | KeyboardEvent): void {
    if (row.kind !== "hit") return;
    const shift = event.shiftKey && event instanceof KeyboardEvent;
    if (this.purpose === "insert" || shift) insertText(this.app, this.notes.link(row.hit));
    else void this.notes.open(row.hit, Keymap.isModEvent(event));
  }

  private chooseActive(event: KeyboardEvent): false {
    this.selectActiveSuggestion(event);
    return false;
  }

  private async find(query: string, signal: AbortSignal): Promise<Row[]> {
    const { client, settings, place } = this.notes;
    const open = openFilter(query);
    if (open) {
      const { values } = await client.suggest(open.field, open.prefix, signal);
      const more = values.filter((each) => each.value !== open.prefix);
      if (more.length) {
        this.say("");
        return more.map(({ value, count }) => ({
          kind: "offer",
          offer: { query: completed(query, open.prefix, value), label: value, about: count === 1 ? "1 entry" : `${count} entries` },
        }));
      }
    }
    const answer = await client.search(scoped(query, settings, place), settings.results, signal);
    this.say(answer.notice);
    return answer.hits.map((hit) => ({ kind: "hit", hit }));
  }

  private failed(fault: Fault): Row[] {
    this.say(`${fault.message} ${fault.hint}`.trim(), fault.kind !== "refused");
    return [];
  }

  /** A line above the results; "" takes it away. */
  private say(text: string, isFault = false): void {
    window.clearTimeout(this.waiting);
    this.notice.setText(text);
    this.notice.toggle(text !== "");
    this.notice.toggleClass("is-fault", isFault);
    this.modalEl.toggleClass("khoj-lite-away", isFault);
  }

  private write(query: string): void {
    this.inputEl.value = query;
    const inside = /""$/.test(query) ? query.length - 1 : query.length;
    this.inputEl.setSelectionRange(inside, inside);
    this.inputEl.focus();
    this.inputEl.dispatchEvent(new Event("input"));
  }

  private explainKeys(): void {
    this.setInstructions([
      { command: "↑↓", purpose: "to move" },
      ...(this.purpose === "insert"
        ? [{ command: "↵", purpose: "to insert a link" }]
        : [
            { command: "↵", purpose: "to open" },
            { command: Platform.isMacOS ? "cmd ↵" : "ctrl ↵", purpose: "to open in a new tab" },
            { command: "shift ↵", purpose: "to insert a link" },
          ]),
      { command: "esc", purpose: "to close" },
    ]);
  }
}
