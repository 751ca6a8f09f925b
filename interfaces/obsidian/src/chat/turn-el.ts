/** One question or answer on the screen. */
import type { Turn } from "./turns";
import { calm } from "./calm";
import { explainMarks, makeMarks, type Meaning } from "./marks";

/** Renders Markdown into an element that is on no page yet. */
export type Render = (markdown: string, into: HTMLElement) => Promise<void>;

/** An answer is drawn this often while it is written: rendering costs more the longer it grows. */
const FRAME_MS = 120;

export class TurnElement {
  readonly el: HTMLElement;
  /** What each mark and each source below the answer opens. */
  meanings = new Map<Element, Meaning>();
  private readonly body: HTMLElement;
  private readonly foot: HTMLElement;
  private turn: Turn;
  private drawn: Turn | null = null;
  private drawing: Promise<void> | null = null;

  constructor(
    parent: HTMLElement,
    turn: Turn,
    private readonly render: Render,
    private readonly onDrawn: () => void,
  ) {
    this.turn = turn;
    this.el = parent.createDiv({ cls: `khoj-lite-turn is-${turn.role}` });
    this.body = this.el.createDiv({ cls: "khoj-lite-body", attr: { dir: "auto" } });
    this.foot = this.el.createDiv({ cls: "khoj-lite-foot" });
    void this.update(turn);
  }

  /** Shows `turn`, soon: while one state is drawn, those in between are skipped. */
  update(turn: Turn): Promise<void> {
    this.turn = turn;
    this.drawing ??= this.draw().finally(() => (this.drawing = null));
    return this.drawing;
  }

  private async draw(): Promise<void> {
    while (this.drawn !== this.turn) {
      const turn = this.turn;
      if (turn.role === "user") this.body.setText(turn.text);
      else await this.drawAnswer(turn);
      this.drawn = turn;
      this.onDrawn();
      if (this.turn.writing) await new Promise((resolve) => window.setTimeout(resolve, FRAME_MS));
    }
  }

  private async drawAnswer(turn: Turn): Promise<void> {
    const fresh = createDiv();
    if (turn.text) await this.render(calm(turn.text), fresh);
    const marks = makeMarks(fresh, new Set(turn.sources.map((source) => source.n)));
    this.meanings = explainMarks(marks, turn);
    this.body.replaceChildren(...Array.from(fresh.childNodes));
    this.el.toggleClass("is-writing", turn.writing);
    this.foot.empty();
    if (turn.doing) this.foot.createDiv({ cls: "khoj-lite-doing", text: `${turn.doing}…` });
    if (turn.stopped) this.foot.createDiv({ cls: "khoj-lite-doing", text: "Stopped." });
    if (turn.fault) this.say(turn.fault.message, turn.fault.hint);
    if (turn.fallback) this.say(turn.fallback.message, turn.fallback.hint);
    if (!turn.writing) this.listSources(turn);
    if (!turn.writing && turn.text) this.offerToKeep();
  }

  /** The state that is shown, or about to be. */
  get shown(): Turn {
    return this.turn;
  }

  private offerToKeep(): void {
    const row = this.foot.createDiv({ cls: "khoj-lite-actions" });
    row.createEl("button", { cls: "khoj-lite-action", text: "Copy", attr: { type: "button", "data-does": "copy" } });
    row.createEl("button", { cls: "khoj-lite-action", text: "Insert into note", attr: { type: "button", "data-does": "insert" } });
  }

  private say(message: string, hint: string): void {
    const box = this.foot.createDiv({ cls: "khoj-lite-fault" });
    box.createDiv({ text: message });
    if (hint) box.createDiv({ cls: "khoj-lite-hint", text: hint });
  }

  /** The sources that the answer names; all, when it names none. */
  private listSources(turn: Turn): void {
    const named = new Set(Array.from(this.meanings.values(), ({ hit }) => hit.n));
    const shown = turn.sources.filter((source) => named.has(source.n) || !named.size);
    if (!shown.length) return;
    const list = this.foot.createDiv({ cls: "khoj-lite-sources" });
    for (const hit of shown) {
      const row = list.createEl("button", { cls: "khoj-lite-source", attr: { type: "button" } });
      row.createSpan({ cls: "khoj-lite-number", text: String(hit.n) });
      row.createSpan({ text: hit.title });
      const heading = hit.outline.at(-1);
      if (heading && heading !== hit.title) row.createSpan({ cls: "khoj-lite-hint", text: heading });
      this.meanings.set(row, { hit, citation: null });
    }
  }
}
