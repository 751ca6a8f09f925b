/** The plugin's life: what is made when it loads, and undone when it unloads. */
import { FileSystemAdapter, type HoverParent, MarkdownView, Notice, type PaneType, Platform, Plugin, type TFile, debounce, requestUrl } from "obsidian";
import { Client } from "./api/client";
import { asFault } from "./api/fault";
import { overFetch, overHost } from "./api/transport";
import type { Hit } from "./api/wire";
import { CHAT_VIEW, ChatView } from "./chat/view";
import type { Notes } from "./notes";
import { SearchModal } from "./search/modal";
import { type Settings, SettingsTab, readSettings } from "./settings";
import { SIMILAR_VIEW, SimilarView } from "./similar/view";
import { addStatusBar } from "./status/bar";
import { Follower } from "./status/follower";
import { sync } from "./status/sync";
import { linkText, outerLink, wikilink } from "./vault/link";
import { openInVault } from "./vault/open";
import { VaultPlace } from "./vault/place";

export default class KhojLitePlugin extends Plugin implements Notes {
  settings!: Settings;
  client!: Client;
  follower!: Follower;
  place!: VaultPlace;
  private syncing = false;
  /** An address is typed letter by letter: only the whole of it is tried. */
  private readonly reconnect = debounce(() => this.follower.again(), 600, true);

  override async onload(): Promise<void> {
    this.take(readSettings(await this.loadData()));
    this.client = new Client(() => this.settings, Platform.isAndroidApp ? overHost(requestUrl) : overFetch);
    this.follower = new Follower(this.client);
    this.registerView(SIMILAR_VIEW, (leaf) => new SimilarView(leaf, this));
    this.registerView(CHAT_VIEW, (leaf) => new ChatView(leaf, this));
    this.registerHoverLinkSource(this.manifest.id, { display: this.manifest.name, defaultMod: true });
    this.addSettingTab(new SettingsTab(this.app, this, this, (change) => this.save(change)));
    this.addRibbonIcon("search", "Search notes by meaning", () => this.search());
    addStatusBar(this, this.follower, {
      search: () => this.search(),
      sync: () => void this.sync(),
      settings: () => this.showSettings(),
    });
    this.addCommands();
    this.follower.onState(({ status }) => {
      if (status) this.place = this.place.knownBy(status.sources.map((source) => source.location));
    });
    this.app.workspace.onLayoutReady(() => this.follower.start());
    this.register(() => {
      this.reconnect.cancel();
      this.follower.stop();
    });
  }

  /** Obsidian calls this when data.json was changed from outside: by the installer, or a sync. */
  override async onExternalSettingsChange(): Promise<void> {
    this.take(readSettings(await this.loadData()));
    this.follower.again();
  }

  fileOf(hit: Pick<Hit, "path">): TFile | null {
    const path = this.place.inside(hit.path);
    return path === null ? null : this.app.vault.getFileByPath(path);
  }

  async open(hit: Hit, pane: PaneType | boolean): Promise<void> {
    const file = this.fileOf(hit);
    if (file) await openInVault(this.app, file, hit, pane);
    else window.open(hit.uri);
  }

  preview(hit: Hit, event: MouseEvent, hoverParent: HoverParent, targetEl: HTMLElement): void {
    const file = this.fileOf(hit);
    if (!file) return;
    const linktext = linkText(file.path, hit);
    this.app.workspace.trigger("hover-link", { event, source: this.manifest.id, hoverParent, targetEl, linktext, sourcePath: "" });
  }

  link(hit: Hit): string {
    const file = this.fileOf(hit);
    return file ? wikilink(file.path, hit) : outerLink(hit);
  }

  async ask(about: TFile | null): Promise<void> {
    const view = await this.reveal(CHAT_VIEW);
    if (view instanceof ChatView) view.begin(about);
  }

  private addCommands(): void {
    this.addCommand({ id: "search", name: "Search notes", callback: () => this.search() });
    this.addCommand({
      id: "insert-link",
      name: "Insert link to a note",
      editorCallback: () => new SearchModal(this, "insert").open(),
    });
    this.addCommand({ id: "similar", name: "Show similar notes", callback: () => void this.reveal(SIMILAR_VIEW) });
    this.addCommand({ id: "chat", name: "Chat with your notes", callback: () => void this.reveal(CHAT_VIEW) });
    this.addCommand({
      id: "ask-note",
      name: "Ask about this note",
      checkCallback: (checking) => {
        const file = this.app.workspace.getActiveViewOfType(MarkdownView)?.file ?? null;
        if (!file || !this.place.known) return false;
        if (!checking) void this.ask(file);
        return true;
      },
    });
    this.addCommand({
      id: "stop",
      name: "Stop the answer",
      checkCallback: (checking) => {
        const writing = this.chats().filter((view) => view.busy);
        if (!checking) writing.forEach((view) => view.stop());
        return writing.length > 0;
      },
    });
    this.addCommand({
      id: "history",
      name: "Open an earlier conversation",
      callback: async () => {
        const view = await this.reveal(CHAT_VIEW);
        if (view instanceof ChatView) view.openHistory();
      },
    });
    this.addCommand({ id: "sync", name: "Sync now", callback: () => void this.sync() });
  }

  private search(): void {
    new SearchModal(this).open();
  }

  private async sync(): Promise<void> {
    if (this.syncing) return;
    this.syncing = true;
    try {
      new Notice(await sync(this.client, this.place));
    } catch (thrown) {
      const fault = asFault(thrown);
      new Notice(`${fault.message} ${fault.hint}`.trim());
    } finally {
      this.syncing = false;
    }
  }

  private chats(): ChatView[] {
    return this.app.workspace
      .getLeavesOfType(CHAT_VIEW)
      .map((leaf) => leaf.view)
      .filter((view) => view instanceof ChatView);
  }

  /** The view of a kind in the right side bar, made if there is none. */
  private async reveal(type: string): Promise<unknown> {
    const leaf = await this.app.workspace.ensureSideLeaf(type, "right", { active: true, reveal: true });
    return leaf.view;
  }

  private showSettings(): void {
    const { setting } = this.app as unknown as { setting?: { open(): void; openTabById(id: string): void } };
    setting?.open();
    setting?.openTabById(this.manifest.id);
  }

  private take(settings: Settings): void {
    this.settings = settings;
    const { adapter } = this.app.vault;
    const here = adapter instanceof FileSystemAdapter ? adapter.getBasePath() : "";
    this.place = new VaultPlace([here, settings.vault]);
  }

  private async save(change: Partial<Settings>): Promise<void> {
    this.take(readSettings({ ...this.settings, ...change }));
    await this.saveData(this.settings);
    if ("address" in change || "token" in change) this.reconnect();
  }
}
