/**
 * A thin stand-in for Obsidian's module: what the plugin uses of it, with a real page under it.
 * Names, arguments and order of calls are Obsidian's; looks and depth are not.
 */
import MarkdownIt from "../../../web/vendor/markdown-it.js";
import type { Component } from "./component";

type Undo = () => void;

export const Platform = {
  isMobile: false,
  isDesktop: true,
  isAndroidApp: false,
  isIosApp: false,
  isMacOS: false,
};

export class Notice {
  readonly noticeEl: HTMLElement;

  constructor(message: string) {
    this.noticeEl = document.querySelector<HTMLElement>(".notice-container")!.createDiv({ cls: "notice", text: message });
  }

  hide(): void {
    this.noticeEl.remove();
  }
}

interface Shortcut {
  modifiers: string[];
  key: string;
  act: (event: KeyboardEvent) => false | void;
}

export class Scope {
  readonly shortcuts: Shortcut[] = [];

  register(modifiers: string[], key: string, act: Shortcut["act"]): void {
    this.shortcuts.push({ modifiers, key, act });
  }

  handle(event: KeyboardEvent): void {
    const held = [event.ctrlKey && "Mod", event.shiftKey && "Shift", event.altKey && "Alt"].filter(Boolean).join();
    for (const { modifiers, key, act } of this.shortcuts)
      if (event.key === key && modifiers.join() === held && act(event) === false) return event.preventDefault();
  }
}

export const Keymap = {
  isModEvent(event: MouseEvent | KeyboardEvent | null): "tab" | "split" | false {
    if (!event || !(event.ctrlKey || event.metaKey)) return false;
    return event.altKey ? "split" : "tab";
  },
};

export class Modal {
  readonly scope = new Scope();
  readonly containerEl: HTMLElement;
  readonly modalEl: HTMLElement;
  readonly contentEl: HTMLElement;
  private readonly keys = (event: KeyboardEvent) => this.scope.handle(event);

  constructor(readonly app: unknown) {
    this.containerEl = createDiv({ cls: "modal-container" });
    const shade = this.containerEl.createDiv({ cls: "modal-bg" });
    shade.addEventListener("click", () => this.close());
    this.modalEl = this.containerEl.createDiv({ cls: "modal" });
    this.contentEl = this.modalEl.createDiv({ cls: "modal-content" });
    this.scope.register([], "Escape", () => (this.close(), false));
  }

  open(): void {
    document.body.append(this.containerEl);
    document.addEventListener("keydown", this.keys);
    this.onOpen();
  }

  close(): void {
    document.removeEventListener("keydown", this.keys);
    this.containerEl.remove();
    this.onClose();
  }

  onOpen(): void {
    return;
  }

  onClose(): void {
    return;
  }
}

export abstract class SuggestModal<T> extends Modal {
  limit = 100;
  emptyStateText = "No results found.";
  readonly inputEl: HTMLInputElement;
  readonly resultContainerEl: HTMLElement;
  private values: T[] = [];
  private at = 0;

  constructor(app: unknown) {
    super(app);
    this.modalEl.className = "prompt";
    this.contentEl.remove();
    this.inputEl = this.modalEl.createEl("input", { cls: "prompt-input", attr: { type: "text", autocomplete: "off" } });
    this.resultContainerEl = this.modalEl.createDiv({ cls: "prompt-results" });
    this.inputEl.addEventListener("input", () => this.update());
    this.scope.register([], "ArrowDown", () => (this.move(1), false));
    this.scope.register([], "ArrowUp", () => (this.move(-1), false));
    this.scope.register([], "Enter", (event) => (this.selectActiveSuggestion(event), false));
  }

  abstract getSuggestions(query: string): T[] | Promise<T[]>;
  abstract renderSuggestion(value: T, el: HTMLElement): void;
  abstract onChooseSuggestion(value: T, event: MouseEvent | KeyboardEvent): void;

  setPlaceholder(text: string): void {
    this.inputEl.placeholder = text;
  }

  setInstructions(instructions: { command: string; purpose: string }[]): void {
    const box = this.modalEl.createDiv({ cls: "prompt-instructions" });
    for (const { command, purpose } of instructions) {
      const each = box.createDiv({ cls: "prompt-instruction" });
      each.createSpan({ cls: "prompt-instruction-command", text: command });
      each.createSpan({ text: purpose });
    }
  }

  override onOpen(): void {
    this.inputEl.focus();
    this.update();
  }

  /** As in Obsidian the order in which answers arrive is the order in which they are shown. */
  private update(): void {
    const found = this.getSuggestions(this.inputEl.value);
    if (Array.isArray(found)) this.show(found);
    else void found.then((values) => this.show(values));
  }

  private show(values: T[]): void {
    this.values = values.slice(0, this.limit);
    this.resultContainerEl.empty();
    if (!this.values.length) return void this.onNoSuggestion();
    this.values.forEach((value, index) => {
      const el = this.resultContainerEl.createDiv({ cls: "suggestion-item" });
      this.renderSuggestion(value, el);
      el.addEventListener("click", (event) => this.selectSuggestion(value, event));
      el.addEventListener("mousemove", () => this.mark(index));
    });
    this.mark(0);
  }

  onNoSuggestion(): void {
    this.resultContainerEl.createDiv({ cls: "suggestion-empty", text: this.emptyStateText });
  }

  selectSuggestion(value: T, event: MouseEvent | KeyboardEvent): void {
    this.close();
    this.onChooseSuggestion(value, event);
  }

  selectActiveSuggestion(event: MouseEvent | KeyboardEvent): void {
    const value = this.values[this.at];
    if (value !== undefined) this.selectSuggestion(value, event);
  }

  private move(by: number): void {
    if (this.values.length) this.mark((this.at + by + this.values.length) % this.values.length);
  }

  private mark(index: number): void {
    this.at = index;
    Array.from(this.resultContainerEl.children).forEach((el, each) => {
      el.classList.toggle("is-selected", each === index);
      if (each === index) el.scrollIntoView({ block: "nearest" });
    });
  }
}

const markdown = new MarkdownIt({ html: true, linkify: false, breaks: false });

export const MarkdownRenderer = {
  /** Renders what notes ask for, HTML included, as Obsidian does. */
  async render(_app: unknown, text: string, el: HTMLElement, _path: string, _component: Component): Promise<void> {
    await Promise.resolve();
    el.insertAdjacentHTML("beforeend", markdown.render(text));
  },
};

export function debounce<T extends unknown[]>(work: (...given: T) => unknown, ms = 0, reset = false) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const debounced = (...given: T): void => {
    if (timer !== undefined && !reset) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      work(...given);
    }, ms);
  };
  return Object.assign(debounced, { cancel: () => clearTimeout(timer) });
}

export async function requestUrl(request: { url: string; method: string; headers: Record<string, string>; body?: string }) {
  const { url, ...rest } = request;
  const answer = await fetch(url, rest);
  return { status: answer.status, text: await answer.text() };
}

export class Menu {
  private readonly el = createDiv({ cls: "menu" });

  addItem(build: (item: MenuItem) => unknown): this {
    build(new MenuItem(this.el.createDiv({ cls: "menu-item" }), () => this.hide()));
    return this;
  }

  addSeparator(): this {
    this.el.createDiv({ cls: "menu-separator" });
    return this;
  }

  showAtMouseEvent(event: MouseEvent): void {
    document.body.append(this.el);
    const width = this.el.offsetWidth;
    this.el.style.left = `${Math.min(event.clientX, innerWidth - width - 8)}px`;
    this.el.style.bottom = `${innerHeight - event.clientY + 8}px`;
  }

  hide(): void {
    this.el.remove();
  }
}

class MenuItem {
  constructor(
    private readonly el: HTMLElement,
    private readonly hide: Undo,
  ) {}

  setTitle(text: string): this {
    this.el.setText(text);
    return this;
  }

  setIcon(): this {
    return this;
  }

  setIsLabel(on: boolean): this {
    this.el.toggleClass("is-label", on);
    return this;
  }

  onClick(act: () => unknown): this {
    this.el.addEventListener("click", () => {
      this.hide();
      act();
    });
    return this;
  }
}

export * from "./component";
export * from "./settings";
export * from "./workspace";
