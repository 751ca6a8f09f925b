/** The word in the status bar, and the menu behind it. */
import { Menu, type Plugin } from "obsidian";
import type { Follower, State } from "./follower";
import { wordsFor } from "./words";

export interface BarActions {
  search(): void;
  sync(): void;
  settings(): void;
}

/** Puts the word there, for as long as the plugin is loaded. */
export function addStatusBar(plugin: Plugin, follower: Follower, actions: BarActions): void {
  const el = plugin.addStatusBarItem();
  el.addClass("khoj-lite-status", "mod-clickable");
  el.setAttribute("aria-label-position", "top");
  const { version } = plugin.manifest;
  let state = follower.state;
  const show = (next: State) => {
    state = next;
    const words = wordsFor(state, version);
    el.setText(`Khoj lite: ${words.short}`);
    el.setAttribute("aria-label", words.long);
    el.dataset["standing"] = state.standing;
  };
  plugin.register(follower.onState(show));
  plugin.registerDomEvent(el, "click", (event) => {
    const menu = new Menu();
    menu.addItem((item) => item.setTitle(wordsFor(state, version).long).setIsLabel(true));
    menu.addItem((item) => item.setTitle("Search notes").setIcon("search").onClick(() => actions.search()));
    menu.addItem((item) => item.setTitle("Sync now").setIcon("refresh-cw").onClick(() => actions.sync()));
    menu.addItem((item) => item.setTitle("Look again").setIcon("plug").onClick(() => follower.again()));
    menu.addItem((item) => item.setTitle("Open settings").setIcon("settings").onClick(() => actions.settings()));
    menu.showAtMouseEvent(event);
  });
}
