/** Earlier conversations, found by their words. */
import { SuggestModal } from "obsidian";
import { asFault } from "../api/fault";
import type { ConversationSummary } from "../api/wire";
import type { Notes } from "../notes";
import { Latest } from "../search/latest";

export class HistoryModal extends SuggestModal<ConversationSummary> {
  private readonly latest = new Latest<ConversationSummary[]>();

  constructor(
    private readonly notes: Notes,
    private readonly choose: (id: string) => void,
  ) {
    super(notes.app);
    this.setPlaceholder("Find an earlier conversation");
    this.emptyStateText = "There is no conversation yet.";
  }

  override onClose(): void {
    this.latest.stop();
    super.onClose();
  }

  override async getSuggestions(query: string): Promise<ConversationSummary[]> {
    try {
      return await this.latest.run(async (signal) => {
        const { conversations } = await this.notes.client.conversations(query.trim(), signal);
        this.emptyStateText = query.trim() ? "No conversation has these words." : "There is no conversation yet.";
        return conversations;
      });
    } catch (thrown) {
      const fault = asFault(thrown);
      this.emptyStateText = `${fault.message} ${fault.hint}`.trim();
      return [];
    }
  }

  override renderSuggestion(conversation: ConversationSummary, el: HTMLElement): void {
    el.addClass("khoj-lite-conversation");
    el.createDiv({ text: conversation.title });
    el.createDiv({ cls: "khoj-lite-hint", text: new Date(conversation.updated).toLocaleString() });
  }

  override onChooseSuggestion(conversation: ConversationSummary): void {
    this.choose(conversation.id);
  }
}
