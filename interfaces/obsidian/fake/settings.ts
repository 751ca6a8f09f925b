/** The parts that settings tabs are made of. */

class Field<E extends HTMLInputElement | HTMLTextAreaElement> {
  constructor(readonly inputEl: E) {}

  setValue(value: string | number | boolean): this {
    if (this.inputEl.type === "checkbox") (this.inputEl as HTMLInputElement).checked = Boolean(value);
    else this.inputEl.value = String(value);
    return this;
  }

  setPlaceholder(text: string): this {
    this.inputEl.placeholder = text;
    return this;
  }

  setLimits(least: number, most: number, step: number): this {
    Object.assign(this.inputEl, { min: String(least), max: String(most), step: String(step) });
    return this;
  }

  setDynamicTooltip(): this {
    return this;
  }

  onChange(act: (value: never) => unknown): this {
    const { inputEl } = this;
    const value = () => {
      if (inputEl.type === "checkbox") return (inputEl as HTMLInputElement).checked;
      return inputEl.type === "range" ? Number(inputEl.value) : inputEl.value;
    };
    inputEl.addEventListener("input", () => act(value() as never));
    return this;
  }
}

class Button {
  constructor(readonly buttonEl: HTMLButtonElement) {}

  setButtonText(text: string): this {
    this.buttonEl.setText(text);
    return this;
  }

  setDisabled(on: boolean): this {
    this.buttonEl.disabled = on;
    return this;
  }

  setCta(): this {
    this.buttonEl.addClass("mod-cta");
    return this;
  }

  onClick(act: () => unknown): this {
    this.buttonEl.addEventListener("click", () => void act());
    return this;
  }
}

export class Setting {
  readonly settingEl: HTMLElement;
  readonly nameEl: HTMLElement;
  readonly descEl: HTMLElement;
  readonly controlEl: HTMLElement;

  constructor(parent: HTMLElement) {
    this.settingEl = parent.createDiv({ cls: "setting-item" });
    const info = this.settingEl.createDiv({ cls: "setting-item-info" });
    this.nameEl = info.createDiv({ cls: "setting-item-name" });
    this.descEl = info.createDiv({ cls: "setting-item-description" });
    this.controlEl = this.settingEl.createDiv({ cls: "setting-item-control" });
  }

  setName(text: string): this {
    this.nameEl.setText(text);
    return this;
  }

  setDesc(text: string): this {
    this.descEl.setText(text);
    return this;
  }

  setHeading(): this {
    this.settingEl.addClass("setting-item-heading");
    return this;
  }

  addText(build: (field: Field<HTMLInputElement>) => unknown): this {
    build(new Field(this.input("text")));
    return this;
  }

  addTextArea(build: (field: Field<HTMLTextAreaElement>) => unknown): this {
    build(new Field(this.controlEl.createEl("textarea", { attr: { "aria-label": this.nameEl.textContent } })));
    return this;
  }

  addSlider(build: (field: Field<HTMLInputElement>) => unknown): this {
    build(new Field(this.input("range")));
    return this;
  }

  addToggle(build: (field: Field<HTMLInputElement>) => unknown): this {
    build(new Field(this.input("checkbox")));
    return this;
  }

  addButton(build: (button: Button) => unknown): this {
    build(new Button(this.controlEl.createEl("button")));
    return this;
  }

  private input(type: string): HTMLInputElement {
    return this.controlEl.createEl("input", { attr: { type, "aria-label": this.nameEl.textContent } });
  }
}

export abstract class PluginSettingTab {
  readonly containerEl = createDiv({ cls: "vertical-tab-content" });

  constructor(
    readonly app: unknown,
    readonly plugin: unknown,
  ) {}

  abstract display(): void;

  hide(): void {
    this.containerEl.empty();
  }
}
