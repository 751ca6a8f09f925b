/** The state of the daemon in words: a few for the status bar, a sentence beside it. Pure. */
import { NEW_TOKEN, START } from "../api/fault";
import type { State } from "./follower";

export interface Words {
  short: string;
  long: string;
}

/** `version` is the plugin's own. */
export function wordsFor({ standing, percent, fault, status }: State, version: string): Words {
  switch (standing) {
    case "connecting":
      return { short: "connecting", long: "Looking for khoj_lite." };
    case "indexing":
      return {
        short: percent === null ? "indexing" : `indexing ${percent} %`,
        long: "Notes are being read; what is done can be found already.",
      };
    case "restarting":
      return { short: "restarting", long: "khoj_lite went away a moment ago; waiting for it to come back." };
    case "token":
      return { short: "not let in", long: `khoj_lite does not know this token. ${NEW_TOKEN}` };
    case "offline":
      return { short: "offline", long: fault ? `${fault.message} ${fault.hint}`.trim() : `khoj_lite is not running. ${START}` };
    case "ready": {
      const other = status && otherVersion(status.version, version);
      if (other) return { short: "other version", long: other };
      const notes = status?.files ?? 0;
      return { short: "ready", long: `${notes.toLocaleString("en")} ${notes === 1 ? "file" : "files"} can be searched.` };
    }
  }
}

/** What to do when the daemon and the plugin are of versions that may not fit; "" when they fit. */
export function otherVersion(daemon: string, plugin: string): string {
  const series = (version: string) => version.split(".").slice(0, 2).join(".");
  if (series(daemon) === series(plugin)) return "";
  return `khoj_lite is version ${daemon}, this plugin ${plugin}. Run \`khoj-lite obsidian install\` with the path of this vault, then reload the plugin.`;
}
