/** What the user can set, and the tab that sets it. */
import { type App, type Plugin, PluginSettingTab, Setting } from "obsidian";
import { asFault } from "./api/fault";
import type { Notes } from "./notes";
import { otherVersion } from "./status/words";

export interface Settings {
  address: string;
  token: string;
  /** The vault's folder on the daemon's machine, where that is not this one's. */
  vault: string;
  results: number;
  everywhere: boolean;
  leaveOut: string;
}

export const DEFAULTS: Settings = {
  address: "http://127.0.0.1:42110",
  token: "",
  vault: "",
  results: 20,
  everywhere: true,
  leaveOut: "",
};

/** Settings from whatever data.json holds: a value of the wrong kind counts as none. Pure. */
export function readSettings(data: unknown): Settings {
  const given = (typeof data === "object" && data !== null ? data : {}) as Record<string, unknown>;
  const of = <T>(name: keyof Settings, usual: T): T => (typeof given[name] === typeof usual ? (given[name] as T) : usual);
  const results = Math.round(of("results", DEFAULTS.results));
  return {
    address: of("address", DEFAULTS.address).trim() || DEFAULTS.address,
    token: of("token", DEFAULTS.token).trim(),
    vault: of("vault", DEFAULTS.vault).trim(),
    results: results >= 5 && results <= 100 ? results : DEFAULTS.results,
    everywhere: of("everywhere", DEFAULTS.everywhere),
    leaveOut: of("leaveOut", DEFAULTS.leaveOut),
  };
}

export class SettingsTab extends PluginSettingTab {
  constructor(
    app: App,
    private readonly plugin: Plugin,
    private readonly notes: Notes,
    private readonly save: (change: Partial<Settings>) => Promise<void>,
  ) {
    super(app, plugin);
  }

  override display(): void {
    const { containerEl } = this;
    const { settings } = this.notes;
    containerEl.empty();

    new Setting(containerEl)
      .setName("Address")
      .setDesc("Where khoj_lite answers. The installer fills this in.")
      .addText((text) =>
        text
          .setPlaceholder(DEFAULTS.address)
          .setValue(settings.address)
          .onChange((value) => this.save({ address: value.trim() || DEFAULTS.address })),
      );

    new Setting(containerEl)
      .setName("Token")
      .setDesc("What `khoj-lite token` prints. It stays in this vault's plugin folder.")
      .addText((text) => {
        text.inputEl.type = "password";
        text.setValue(settings.token).onChange((value) => this.save({ token: value.trim() }));
      });

    const test = new Setting(containerEl).setName("Connection").setDesc("Ask khoj_lite whether it is there and lets this vault in.");
    test.addButton((button) =>
      button.setButtonText("Test connection").onClick(async () => {
        button.setDisabled(true);
        test.setDesc("Asking…");
        test.setDesc(await this.tested());
        button.setDisabled(false);
      }),
    );

    new Setting(containerEl)
      .setName("Results")
      .setDesc("How many results a search shows.")
      .addSlider((slider) =>
        slider
          .setLimits(5, 100, 5)
          .setValue(settings.results)
          .onChange((value) => this.save({ results: value })),
      );

    new Setting(containerEl)
      .setName("Search beyond this vault")
      .setDesc("Everything else that was added to khoj_lite is searched too: other folders, books, repositories.")
      .addToggle((toggle) => toggle.setValue(settings.everywhere).onChange((value) => this.save({ everywhere: value })));

    new Setting(containerEl)
      .setName("Folders to leave out")
      .setDesc("Folders of this vault that are not searched, one a line.")
      .addTextArea((area) =>
        area
          .setPlaceholder("Archive")
          .setValue(settings.leaveOut)
          .onChange((value) => this.save({ leaveOut: value })),
      );

    new Setting(containerEl)
      .setName("Vault folder")
      .setDesc("Where this vault lies on the machine of khoj_lite. Needed only on another device, such as a phone.")
      .addText((text) => text.setValue(settings.vault).onChange((value) => this.save({ vault: value.trim() })));
  }

  /** In a sentence, how it stands. */
  private async tested(): Promise<string> {
    const { client, place, follower } = this.notes;
    try {
      const health = await client.health();
      const { sources } = await client.sources();
      follower.again();
      const other = otherVersion(health.version, this.plugin.manifest.version);
      if (other) return other;
      const brought = sources.some((source) => place.broughtBy(source.location));
      if (brought) return `Connected to khoj_lite ${health.version}; this vault is indexed.`;
      return `Connected to khoj_lite ${health.version}, but this vault is none of its sources. Run \`khoj-lite add\` with its path.`;
    } catch (thrown) {
      const fault = asFault(thrown);
      return `${fault.message} ${fault.hint}`.trim();
    }
  }
}
