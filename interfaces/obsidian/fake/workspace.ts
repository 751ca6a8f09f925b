/** A window with one note, a side bar, a status bar, and the plugin that is tried in it. */
import { Component, Events, FileSystemAdapter, type TFile } from "./component";

export class WorkspaceLeaf {
  view: View | null = null;

  constructor(
    readonly app: App,
    readonly parentEl: HTMLElement,
  ) {}

  async setView(view: View): Promise<void> {
    this.view?.close();
    this.view = view;
    this.parentEl.replaceChildren(view.containerEl);
    await view.load();
    await view.onOpen();
  }

  async openFile(file: TFile, state: { eState?: { line?: number } } = {}): Promise<void> {
    const view = new MarkdownView(this);
    view.file = file;
    await this.setView(view);
    view.draw(this.app.vault.texts[file.path] ?? "", state.eState?.line ?? -1);
    this.app.workspace.active = file;
    this.app.workspace.activeView = view;
    this.app.workspace.trigger("file-open", file);
    this.app.workspace.trigger("active-leaf-change", this);
  }
}

abstract class View extends Component {
  readonly containerEl = createDiv({ cls: "workspace-leaf-content" });
  readonly headerEl = this.containerEl.createDiv({ cls: "view-header" });
  readonly contentEl = this.containerEl.createDiv({ cls: "view-content" });
  readonly app: App;

  constructor(readonly leaf: WorkspaceLeaf) {
    super();
    this.app = leaf.app;
  }

  abstract getViewType(): string;
  abstract getDisplayText(): string;

  onOpen(): Promise<void> {
    return Promise.resolve();
  }

  onClose(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    void this.onClose();
    this.unload();
    this.containerEl.remove();
  }

  addAction(_icon: string, title: string, act: () => unknown): HTMLElement {
    const el = this.headerEl.createEl("button", { cls: "view-action", text: title, attr: { "aria-label": title } });
    el.addEventListener("click", () => act());
    return el;
  }
}

export abstract class ItemView extends View {
  icon = "";
  navigation = true;

  override async load(): Promise<void> {
    this.headerEl.createDiv({ cls: "view-header-title", text: this.getDisplayText() });
    await super.load();
  }
}

/** Shows a note as its lines. What is selected is the end of the line that it was opened at. */
export class MarkdownView extends ItemView {
  file: TFile | null = null;
  line = -1;
  readonly editor = {
    replaceSelection: (text: string) => {
      const line = this.contentEl.children[Math.max(0, this.line)] ?? this.contentEl.createDiv({ cls: "line" });
      line.append(text);
    },
    focus: () => undefined,
  };

  getViewType(): string {
    return "markdown";
  }

  getDisplayText(): string {
    return this.file?.basename ?? "";
  }

  getMode(): string {
    return "source";
  }

  draw(text: string, line: number): void {
    this.line = line;
    this.headerEl.setText(this.file?.path ?? "");
    text.split("\n").forEach((each, index) => {
      const level = /^(#{1,6}) /.exec(each)?.[1]?.length;
      const el = this.contentEl.createDiv({ cls: `line ${level ? `h${level}` : ""}`, text: each || "\u200b" });
      if (index === line) {
        el.addClass("is-flashing");
        el.scrollIntoView({ block: "center" });
      }
    });
  }
}

type MakeView = (leaf: WorkspaceLeaf) => View;

export class Workspace extends Events {
  active: TFile | null = null;
  activeView: View | null = null;
  readonly makers = new Map<string, MakeView>();
  readonly side = new Map<string, WorkspaceLeaf>();
  private readonly main: WorkspaceLeaf;

  constructor(private readonly app: App) {
    super();
    this.main = new WorkspaceLeaf(app, document.querySelector<HTMLElement>(".mod-root")!);
  }

  onLayoutReady(act: () => unknown): void {
    act();
  }

  getActiveFile(): TFile | null {
    return this.active;
  }

  getActiveViewOfType(kind: new (...given: never[]) => View): View | null {
    return this.activeView instanceof kind ? this.activeView : null;
  }

  getMostRecentLeaf(): WorkspaceLeaf {
    return this.main;
  }

  getLeaf(): WorkspaceLeaf {
    return this.main;
  }

  getLeavesOfType(type: string): WorkspaceLeaf[] {
    const leaf = this.side.get(type);
    return leaf ? [leaf] : [];
  }

  async ensureSideLeaf(type: string): Promise<WorkspaceLeaf> {
    const bar = document.querySelector<HTMLElement>(".mod-right-split")!;
    let leaf = this.side.get(type);
    if (!leaf) {
      leaf = new WorkspaceLeaf(this.app, bar.createDiv({ cls: "workspace-leaf" }));
      this.side.set(type, leaf);
    }
    for (const [each, { parentEl }] of this.side) parentEl.toggle(each === type);
    if (!leaf.view) await leaf.setView(this.makers.get(type)!(leaf));
    this.trigger("layout-change");
    return leaf;
  }

  async openLinkText(path: string): Promise<void> {
    const [name = ""] = path.split("#");
    const file = this.app.vault.getFileByPath(name);
    if (file) await this.main.openFile(file);
  }
}

class Vault extends Events {
  readonly adapter: FileSystemAdapter;

  constructor(
    base: string,
    readonly texts: Record<string, string>,
  ) {
    super();
    this.adapter = new FileSystemAdapter(base);
  }

  getFileByPath(path: string): TFile | null {
    if (!(path in this.texts)) return null;
    const name = path.slice(path.lastIndexOf("/") + 1);
    const dot = name.lastIndexOf(".");
    return { path, name, basename: dot > 0 ? name.slice(0, dot) : name, extension: dot > 0 ? name.slice(dot + 1) : "" };
  }
}

export class App {
  readonly vault: Vault;
  readonly workspace: Workspace;
  readonly metadataCache = {
    getFileCache: (file: TFile) => ({
      headings: (this.vault.texts[file.path] ?? "").split("\n").flatMap((line, index) => {
        const heading = /^#{1,6} (.*)/.exec(line)?.[1];
        return heading === undefined ? [] : [{ heading, position: { start: { line: index } } }];
      }),
    }),
  };
  readonly tabs: { display(): void; hide(): void; containerEl: HTMLElement }[] = [];
  readonly setting = {
    open: () => document.body.append(this.tabs[0]!.containerEl),
    openTabById: () => this.tabs[0]!.display(),
    close: () => (this.tabs[0]!.hide(), this.tabs[0]!.containerEl.remove()),
  };

  constructor(base: string, texts: Record<string, string>) {
    this.vault = new Vault(base, texts);
    this.workspace = new Workspace(this);
  }
}

interface Command {
  id: string;
  name: string;
  callback?: () => unknown;
  checkCallback?: (checking: boolean) => boolean | void;
  editorCallback?: (editor: unknown, view: unknown) => unknown;
}

export abstract class Plugin extends Component {
  readonly commands: Command[] = [];
  data: unknown = null;

  constructor(
    readonly app: App,
    readonly manifest: { id: string; version: string },
  ) {
    super();
  }

  addCommand(command: Command): Command {
    this.commands.push(command);
    return command;
  }

  /** Runs a command as the palette does; false when it is not offered just now. */
  runCommand(id: string): boolean {
    const command = this.commands.find((each) => each.id === id);
    if (!command) throw new Error(`no command ${id}`);
    const view = this.app.workspace.activeView;
    if (command.callback) command.callback();
    else if (command.checkCallback) return command.checkCallback(true) === true && (command.checkCallback(false), true);
    else if (!(view instanceof MarkdownView)) return false;
    else command.editorCallback?.(view.editor, view);
    return true;
  }

  addRibbonIcon(_icon: string, title: string, act: () => unknown): HTMLElement {
    const el = document.querySelector<HTMLElement>(".side-dock-actions")!.createDiv({ cls: "clickable-icon", attr: { "aria-label": title } });
    el.addEventListener("click", () => act());
    this.register(() => el.remove());
    return el;
  }

  addStatusBarItem(): HTMLElement {
    const el = document.querySelector<HTMLElement>(".status-bar")!.createDiv({ cls: "status-bar-item" });
    this.register(() => el.remove());
    return el;
  }

  registerHoverLinkSource(): void {
    return;
  }

  addSettingTab(tab: App["tabs"][number]): void {
    this.app.tabs.push(tab);
  }

  registerView(type: string, make: MakeView): void {
    this.app.workspace.makers.set(type, make);
    this.register(() => {
      this.app.workspace.makers.delete(type);
      this.app.workspace.side.get(type)?.view?.close();
      this.app.workspace.side.delete(type);
    });
  }

  loadData(): Promise<unknown> {
    return Promise.resolve(structuredClone(this.data));
  }

  saveData(data: unknown): Promise<void> {
    this.data = structuredClone(data);
    return Promise.resolve();
  }
}
