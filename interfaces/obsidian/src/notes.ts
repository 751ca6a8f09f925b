/** What the parts of the plugin share: made by main.ts, handed to each. */
import type { App, HoverParent, PaneType, TFile } from "obsidian";
import type { Client } from "./api/client";
import type { Hit } from "./api/wire";
import type { Settings } from "./settings";
import type { Follower } from "./status/follower";
import type { VaultPlace } from "./vault/place";

export interface Notes {
  readonly app: App;
  readonly client: Client;
  readonly follower: Follower;
  readonly settings: Settings;
  readonly place: VaultPlace;
  /** Opens what was found: at its line in Obsidian, or in the program that opens such files. */
  open(hit: Hit, pane: PaneType | boolean): Promise<void>;
  /** Shows the place in Obsidian's own page preview, if the user has that turned on. */
  preview(hit: Hit, event: MouseEvent, parent: HoverParent, target: HTMLElement): void;
  /** A link to it, as one writes it in a note. */
  link(hit: Hit): string;
  /** The file in this vault, if it is in this vault. */
  fileOf(hit: Pick<Hit, "path">): TFile | null;
  /** Opens the chat, about one note if one is given. */
  ask(about: TFile | null): Promise<void>;
}
