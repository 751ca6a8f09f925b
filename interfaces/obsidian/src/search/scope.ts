/** The folders that a question is put to, as filters of the query language. Pure. */
import type { VaultPlace } from "../vault/place";

export interface Scope {
  /** Whether sources besides this vault are searched. */
  everywhere: boolean;
  /** Folders of this vault to leave out, one a line. */
  leaveOut: string;
}

const OWN_FILE = /(^|\s)file:/i;

/** The filters to put before `query`; a `file:` of the user's own is not narrowed again. */
export function scopeFilters(query: string, scope: Scope, place: VaultPlace): string {
  if (!place.known) return "";
  const filters = folders(scope.leaveOut).map((folder) => `-file:"${pattern(place.absolute(folder))}"`);
  if (!scope.everywhere && !OWN_FILE.test(query)) filters.push(`file:"${pattern(place.absolute(""))}"`);
  return filters.join(" ");
}

/** `query` with the scope's filters. */
export function scoped(query: string, scope: Scope, place: VaultPlace): string {
  return `${scopeFilters(query, scope, place)} ${query}`.trim();
}

function folders(lines: string): string[] {
  return lines
    .split(/[\n,]/)
    .map((line) => line.trim().replace(/^\/+|\/+$/g, ""))
    .filter(Boolean);
}

/** Everything below a folder. */
function pattern(folder: string): string {
  const clean = folder.replaceAll("\\", "/").replace(/\/+$/, "");
  return `${clean.replace(/[*?[]/g, "[$&]").replaceAll('"', "?")}/*`;
}
