/** Questions to the notes, and answers that say where they have it from. */
import { Component, type HoverParent, type HoverPopover, ItemView, Keymap, MarkdownRenderer, Notice, Platform, type TFile, type WorkspaceLeaf } from "obsidian";
import { asFault, wasAborted } from "../api/fault";
import type { Notes } from "../notes";
import { scopeFilters } from "../search/scope";
import { insertText } from "../vault/insert";
import { fileFilter } from "../vault/link";
import { calm } from "./calm";
import { HistoryModal } from "./history";
import { TurnElement } from "./turn-el";
import { awaited, ended, kept, question, scopeOf, taken, written, type Turn } from "./turns";

export const CHAT_VIEW = "khoj-lite-chat";

/** How near the end counts as reading along, in pixels. */
const NEAR_END = 60;

export class ChatView extends ItemView implements HoverParent {
  override icon = "message-circle-question";
  override navigation = false;
  hoverPopover: HoverPopover | null = null;
  private conversation = "";
  private about: TFile | null = null;
  private controller: AbortController | null = null;
  private turns: TurnElement[] = [];
  private rendered = this.addChild(new Component());
  private thread!: HTMLElement;
  private scopeEl!: HTMLElement;
  private input!: HTMLTextAreaElement;
  private send!: HTMLButtonElement;

  constructor(
    leaf: WorkspaceLeaf,
    private readonly notes: Notes,
  ) {
    super(leaf);
  }

  override getViewType(): string {
    return CHAT_VIEW;
  }

  override getDisplayText(): string {
    return "Chat with your notes";
  }

  override onOpen(): Promise<void> {
    this.addAction("history", "Earlier conversations", () => this.openHistory());
    this.addAction("plus", "New conversation", () => this.begin());
    this.contentEl.empty();
    this.contentEl.addClass("khoj-lite-chat");
    this.thread = this.contentEl.createDiv({ cls: "khoj-lite-thread", attr: { role: "log" } });
    const composer = this.contentEl.createDiv({ cls: "khoj-lite-composer" });
    this.scopeEl = composer.createDiv({ cls: "khoj-lite-scope" });
    const row = composer.createDiv({ cls: "khoj-lite-composer-row" });
    this.input = row.createEl("textarea", { attr: { rows: "2", placeholder: "Ask your notes", "aria-label": "Your question" } });
    this.send = row.createEl("button", { cls: "mod-cta", text: "Ask", attr: { type: "button" } });
    this.registerDomEvent(this.input, "keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || Platform.isMobile) return;
      event.preventDefault();
      this.submit();
    });
    this.registerDomEvent(this.send, "click", () => (this.controller ? this.stop() : this.submit()));
    this.registerDomEvent(this.thread, "click", (event) => this.follow(event));
    this.registerDomEvent(this.thread, "mouseover", (event) => {
      const button = (event.target as Element).closest("button");
      const hit = button && this.turns.map((turn) => turn.meanings.get(button)).find(Boolean)?.hit;
      if (hit) this.notes.preview(hit, event, this, button);
    });
    this.begin();
    return Promise.resolve();
  }

  override onClose(): Promise<void> {
    this.stop();
    return Promise.resolve();
  }

  /** A new conversation, about one note if one is given. */
  begin(about: TFile | null = null): void {
    this.stop();
    this.conversation = "";
    this.clear();
    this.setAbout(about);
    const box = this.thread.createDiv({ cls: "khoj-lite-empty" });
    box.createDiv({ text: "Ask in your own words. Answers come from your notes and name them." });
    this.input.focus();
  }

  setAbout(file: TFile | null): void {
    this.about = file;
    this.scopeEl.empty();
    this.scopeEl.toggle(file !== null);
    if (!file) return;
    this.scopeEl.createSpan({ text: `About ${file.basename}` });
    const drop = this.scopeEl.createEl("button", { cls: "clickable-icon", text: "×", attr: { type: "button", "aria-label": "Ask all notes" } });
    drop.onclick = () => this.setAbout(null);
  }

  get busy(): boolean {
    return this.controller !== null;
  }

  /** Ends the answer that is written; what was written stays. */
  stop(): void {
    this.controller?.abort();
  }

  openHistory(): void {
    new HistoryModal(this.notes, (id) => void this.show(id)).open();
  }

  private async show(id: string): Promise<void> {
    this.stop();
    this.clear();
    this.setAbout(null);
    try {
      const { messages } = await this.notes.client.conversation(id);
      this.conversation = id;
      for (const message of messages) this.add(kept(message));
      const path = scopeOf(messages.findLast((message) => message.role === "user")?.text ?? "");
      this.setAbout(path ? this.notes.fileOf({ path }) : null);
    } catch (thrown) {
      this.add(ended(awaited(), { fault: asFault(thrown) }));
    }
  }

  private submit(): void {
    const text = this.input.value.trim();
    if (!text || this.controller) return;
    this.input.value = "";
    void this.ask(text);
  }

  private async ask(text: string): Promise<void> {
    if (!this.turns.length) this.thread.empty();
    this.add(question(text));
    let turn: Turn = awaited();
    const shown = this.add(turn);
    const controller = (this.controller = new AbortController());
    this.send.setText("Stop");
    try {
      const body = { message: this.narrowed(text), ...(this.conversation ? { conversation_id: this.conversation } : {}) };
      for await (const event of this.notes.client.chat(body, controller.signal)) {
        if (event.event === "conversation") this.conversation = event.id;
        turn = taken(turn, event);
        void shown.update(turn);
      }
      turn = ended(turn);
    } catch (thrown) {
      turn = ended(turn, wasAborted(thrown) ? { stopped: true } : { fault: asFault(thrown) });
      if (turn.fault && !turn.text && !this.input.value) this.input.value = text;
    } finally {
      if (this.controller === controller) this.controller = null;
      this.send.setText("Ask");
      void shown.update(turn);
    }
  }

  /** The question with the filters of its scope; commands like /help take none. */
  private narrowed(text: string): string {
    if (text.startsWith("/")) return text;
    const { place, settings } = this.notes;
    const filters = this.about ? fileFilter(place.absolute(this.about.path)) : scopeFilters(text, settings, place);
    return `${filters} ${text}`.trim();
  }

  private add(turn: Turn): TurnElement {
    const { rendered } = this;
    let part: Component | null = null; // what the renderer made for this turn ends with the next state of it
    const render = (markdown: string, into: HTMLElement) => {
      if (part) rendered.removeChild(part);
      part = rendered.addChild(new Component());
      return MarkdownRenderer.render(this.app, markdown, into, "", part);
    };
    const made = new TurnElement(this.thread, turn, render, () => this.keepUp());
    this.turns.push(made);
    made.el.scrollIntoView({ block: "end" });
    return made;
  }

  private clear(): void {
    this.removeChild(this.rendered);
    this.rendered = this.addChild(new Component());
    this.turns = [];
    this.thread.empty();
  }

  /** Stays at the end unless the reader went up. */
  private keepUp(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.thread;
    if (scrollHeight - scrollTop - clientHeight < NEAR_END + clientHeight / 2) this.thread.scrollTop = scrollHeight;
  }

  private follow(event: MouseEvent): void {
    const target = event.target as Element;
    const link = target.closest("a.internal-link")?.getAttribute("href");
    if (link) return void this.app.workspace.openLinkText(link, "", Keymap.isModEvent(event));
    const button = target.closest("button");
    if (!button) return;
    for (const turn of this.turns) {
      const meaning = turn.meanings.get(button);
      if (meaning) void this.notes.open(meaning.hit, Keymap.isModEvent(event));
      else if (turn.el.contains(button)) this.keep(turn.shown, button.dataset["does"] ?? "");
    }
  }

  /** Takes an answer elsewhere, its numbers as links. */
  private keep(turn: Turn, how: string): void {
    const text = written({ ...turn, text: calm(turn.text) }, (hit) => this.notes.link(hit));
    if (how === "insert") insertText(this.app, `${text}\n`);
    if (how === "copy") void navigator.clipboard.writeText(text).then(() => new Notice("Copied."));
  }
}
