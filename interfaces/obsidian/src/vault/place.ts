/** Where the vault lies on the machine of the daemon: its paths there and here. Pure. */

export class VaultPlace {
  private readonly bases: string[];

  /** `bases`: folders that this vault is known as, best first; empty ones do not count. */
  constructor(bases: string[]) {
    this.bases = bases.map(tidy).filter(Boolean);
  }

  /** Whether it is known at all: a phone knows it only from what the installer wrote. */
  get known(): boolean {
    return this.bases.length > 0;
  }

  /** A hit's path within the vault, or null when it lies elsewhere. */
  inside(path: string): string | null {
    const clean = tidy(path);
    for (const base of this.bases) {
      const head = base.endsWith("/") ? base : `${base}/`;
      const same = isWindows(base) ? clean.toLowerCase().startsWith(head.toLowerCase()) : clean.startsWith(head);
      if (same && !clean.includes("!/")) return clean.slice(head.length);
    }
    return null;
  }

  /** The path that the daemon knows a note by. */
  absolute(path: string): string {
    const base = this.bases[0] ?? "";
    const joined = base.endsWith("/") ? base + path : `${base}/${path}`;
    return isWindows(base) ? joined.replaceAll("/", "\\") : joined;
  }

  /** Whether a source at `location` brings this vault in: it is the vault, or holds it. */
  broughtBy(location: string): boolean {
    const outer = tidy(location);
    const head = outer.endsWith("/") ? outer : `${outer}/`;
    return this.bases.some((base) => base === outer || base.startsWith(head));
  }

  /** The same place, called first as the daemon calls it: it knows folders by their real paths, and
   * a vault may be opened through a link to one. `locations` are those of its sources. */
  knownBy(locations: string[]): VaultPlace {
    const brought = (base: string) => locations.some((location) => new VaultPlace([base]).broughtBy(location));
    return new VaultPlace([...this.bases].sort((a, b) => Number(brought(b)) - Number(brought(a))));
  }
}

/** One spelling of a path: forward slashes, composed letters (macOS decomposes them), no end slash. */
function tidy(path: string): string {
  const clean = path.normalize("NFC").replace(/^\\\\\?\\/, "");
  const forward = isWindows(clean) ? clean.replaceAll("\\", "/") : clean;
  return forward.length > 1 ? forward.replace(/\/+$/, "") : forward;
}

function isWindows(path: string): boolean {
  return /^([A-Za-z]:[\\/]|\\\\)/.test(path);
}
