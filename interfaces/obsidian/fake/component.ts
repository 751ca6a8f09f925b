/** What everything in the window is made of. */

type Listener = (...given: unknown[]) => unknown;
type Undo = () => void;

export class Events {
  private readonly listeners = new Map<string, Set<Listener>>();

  on(name: string, listener: Listener): { off: Undo } {
    const those = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, those.add(listener));
    return { off: () => those.delete(listener) };
  }

  trigger(name: string, ...given: unknown[]): void {
    for (const listener of [...(this.listeners.get(name) ?? [])]) listener(...given);
  }
}

export class Component {
  private undo: Undo[] = [];
  readonly children = new Set<Component>();
  private loaded = false;

  onload(): unknown {
    return undefined;
  }

  onunload(): void {
    return;
  }

  async load(): Promise<void> {
    if (this.loaded) return;
    this.loaded = true;
    await this.onload();
  }

  unload(): void {
    if (!this.loaded) return;
    this.loaded = false;
    for (const child of [...this.children]) this.removeChild(child);
    this.onunload();
    for (const each of this.undo.reverse()) each();
    this.undo = [];
  }

  register(undo: Undo): void {
    this.undo.push(undo);
  }

  registerEvent(event: { off: Undo }): void {
    this.register(event.off);
  }

  registerDomEvent(el: HTMLElement, name: string, listener: (event: Event) => unknown): void {
    el.addEventListener(name, listener);
    this.register(() => el.removeEventListener(name, listener));
  }

  registerInterval(id: number): number {
    this.register(() => clearInterval(id));
    return id;
  }

  addChild<T extends Component>(child: T): T {
    this.children.add(child);
    void child.load();
    return child;
  }

  removeChild<T extends Component>(child: T): T {
    this.children.delete(child);
    child.unload();
    return child;
  }
}

export class FileSystemAdapter {
  constructor(private readonly base: string) {}

  getBasePath(): string {
    return this.base;
  }
}

export interface TFile {
  path: string;
  name: string;
  basename: string;
  extension: string;
}
