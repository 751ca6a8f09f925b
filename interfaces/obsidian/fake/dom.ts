/** What Obsidian adds to the elements of a page, as far as the plugin uses it. */

interface Info {
  cls?: string | string[];
  text?: string;
  attr?: Record<string, string | number | boolean | null>;
}

function make(tag: string, given?: Info | string): HTMLElement {
  const info: Info = typeof given === "string" ? { cls: given } : (given ?? {});
  const el = document.createElement(tag);
  const classes = Array.isArray(info.cls) ? info.cls : (info.cls ?? "").split(" ");
  el.classList.add(...classes.filter(Boolean));
  if (info.text !== undefined) el.textContent = info.text;
  for (const [name, value] of Object.entries(info.attr ?? {})) if (value !== null) el.setAttribute(name, String(value));
  return el;
}

const added: Record<string, (this: HTMLElement, ...given: never[]) => unknown> = {
  createEl(tag: string, info?: Info) {
    return this.appendChild(make(tag, info));
  },
  createDiv(info?: Info) {
    return this.appendChild(make("div", info));
  },
  createSpan(info?: Info) {
    return this.appendChild(make("span", info));
  },
  empty() {
    this.replaceChildren();
  },
  setText(text: string) {
    this.textContent = text;
  },
  appendText(text: string) {
    this.append(text);
  },
  addClass(...names: string[]) {
    this.classList.add(...names);
  },
  removeClass(...names: string[]) {
    this.classList.remove(...names);
  },
  toggleClass(name: string, on: boolean) {
    this.classList.toggle(name, on);
  },
  toggle(on: boolean) {
    this.style.display = on ? "" : "none";
  },
  show() {
    this.style.display = "";
  },
  hide() {
    this.style.display = "none";
  },
  isShown() {
    return this.offsetParent !== null;
  },
};

/** Gives every element of this page Obsidian's methods, and the page its makers of elements. */
export function extendElements(): void {
  for (const [name, method] of Object.entries(added)) Object.defineProperty(HTMLElement.prototype, name, { value: method });
  Object.defineProperty(Node.prototype, "doc", { get: () => document });
  Object.defineProperty(Node.prototype, "win", { get: () => window });
  Object.assign(window, {
    createEl: make,
    createDiv: (info?: Info) => make("div", info),
    createSpan: (info?: Info) => make("span", info),
    activeDocument: document,
    activeWindow: window,
  });
}
