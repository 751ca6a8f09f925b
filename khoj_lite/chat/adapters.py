"""The adapters of a home as the doors see them: which are used, and files in and out."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from khoj_lite.errors import StorageError, TrainError, UsageError
from khoj_lite.models.chat_models import ChatModels
from khoj_lite.models.llama import LlamaModel
from khoj_lite.store.adapters import Adapters, StoredAdapter, Weighted
from khoj_lite.train.export import AdapterCard
from khoj_lite.train.run_files import Hashes, check_adapter, copy, digest_of
from khoj_lite.types import AdapterUse

MOST_AT_ONCE = 8
MOST_WEIGHT = 4.0
"""Above it an adapter drowns the model it is added to: nothing sensible comes out."""

_CHOOSE = "`khoj-lite adapter list` shows the others."


class Shelf:
    """Every adapter there is. `files` is the folder they lie in, one GGUF file each."""

    def __init__(self, models: ChatModels, adapters: Adapters, files: Path, hashes: Hashes) -> None:
        self._models = models
        self._adapters = adapters
        self._hashes = hashes
        self.files = files

    def all(self) -> list[StoredAdapter]:
        """Every adapter, the newest first."""
        return [self._seen(adapter) for adapter in self._adapters.all()]

    def get(self, adapter_id: str) -> StoredAdapter:
        """One adapter; NotFoundError when there is none."""
        return self._seen(self._adapters.get(adapter_id))

    def card(self, adapter_id: str) -> AdapterCard | None:
        """What an adapter's file says of itself; None where the file is gone or broken."""
        self._adapters.get(adapter_id)
        try:
            return check_adapter(self.path(adapter_id))
        except TrainError:
            return None

    def gone(self, adapter_id: str) -> list[str]:
        """The notes it has learned from that are gone since."""
        return self._adapters.gone(self._adapters.notes(adapter_id))

    def served(self) -> LlamaModel:
        """The local model that answers; UsageError where none does."""
        model = self._models.current()
        if not isinstance(model, LlamaModel):
            raise UsageError(
                "there is no local chat model for an adapter",
                "Choose one: khoj-lite model use NAME (a server's model takes none of ours).",
            )
        return model

    # --- what answers are given with -----------------------------------------------------------

    def in_use(self) -> list[Weighted]:
        """What answers are given with, where nothing else is said."""
        return self._adapters.in_use()

    def use(self, chosen: Sequence[Weighted]) -> None:
        """Answer with these adapters from now on, with none when it is empty. NotFoundError and
        UsageError where one cannot be used with the model that answers, or with the others."""
        if chosen:
            self._check(chosen)
        self._adapters.use(chosen)

    def use_in(self, conversation_id: str, chosen: Sequence[Weighted] | None) -> None:
        """Answer one conversation with these (maybe none at all); None goes by what is in use."""
        if chosen:
            self._check(chosen)
        self._adapters.use_in(conversation_id, chosen)

    def of_conversation(self, conversation_id: str) -> list[Weighted] | None:
        """What one conversation is answered with; None where it goes by what is in use."""
        return self._adapters.of_conversation(conversation_id)

    def rollback(self) -> None:
        """Go back to what was in use before."""
        self._adapters.rollback()

    def for_chat(
        self, named: Sequence[Weighted] | None, conversation_id: str | None = None
    ) -> Sequence[AdapterUse]:
        """The adapters to answer with: those named, else the conversation's own, else those in
        use. Only where they are named for this question one that does not fit the model is an
        error (NotFoundError, UsageError, StorageError); else it is left out."""
        if named is not None:
            return self._check(named) if named else ()
        chosen = self._adapters.of_conversation(conversation_id) if conversation_id else None
        if chosen is None:
            chosen = self._adapters.in_use()
        model = self._models.current() if chosen else None
        if not isinstance(model, LlamaModel):
            return ()
        wanted, mark = self._adapters.made_for(chosen), self._hashes.of(model.path)
        return tuple(
            AdapterUse(id, str(self.path(id)), weight)
            for id, weight in chosen
            if wanted.get(id) == mark and self.path(id).is_file()
        )

    def _check(self, chosen: Sequence[Weighted]) -> Sequence[AdapterUse]:
        """How these are used together; the error of the first that cannot be."""
        if len(chosen) > MOST_AT_ONCE:
            raise UsageError(
                f"{len(chosen)} adapters at once are too many", f"{MOST_AT_ONCE} at most."
            )
        if len({id for id, _ in chosen}) < len(chosen):
            raise UsageError("an adapter is named twice", "Name it once, with its weight.")
        for id, weight in chosen:
            if not (math.isfinite(weight) and 0 < weight <= MOST_WEIGHT):
                raise UsageError(
                    f"the weight of the adapter {id} is {weight:g}",
                    f"Above 0 and {MOST_WEIGHT:g} at most; 1 is as it was trained.",
                )
        adapters = [self._adapters.get(id) for id, _ in chosen]
        model = self.served()
        for adapter in adapters:
            self.check_base(adapter, model)
            self.file(adapter.id)
        return tuple(AdapterUse(id, str(self.path(id)), weight) for id, weight in chosen)

    def check_base(self, adapter: StoredAdapter, model: LlamaModel) -> None:
        """UsageError when the adapter is for another model than this one."""
        if adapter.base_hash != self._hashes.of(model.path):
            raise UsageError(
                f"the adapter {adapter.id} was made for {adapter.base_name}, not for {model.name}"
                if adapter.base_name != model.name
                else f"the adapter {adapter.id} was made for another version of {model.name}",
                f"Choose that model first: khoj-lite model use {adapter.base_name}",
            )

    # --- files ---------------------------------------------------------------------------------

    def path(self, adapter_id: str) -> Path:
        """Where an adapter's file is, or would be."""
        return self.files / f"{adapter_id}.gguf"

    def file(self, adapter_id: str) -> Path:
        """An adapter's file; StorageError when it is gone."""
        if not self.path(adapter_id).is_file():
            raise StorageError(f"the file of the adapter {adapter_id} is gone", _CHOOSE)
        return self.path(adapter_id)

    def export(self, adapter_id: str, target: Path) -> Path:
        """One file to carry or share, with its card inside."""
        self._adapters.get(adapter_id)
        if target.exists():
            raise UsageError(f"{target} is there already", "Name another file, or remove it.")
        copy(self.file(adapter_id), target)
        return target

    def take_in(self, path: Path) -> StoredAdapter:
        """Keep an adapter that was exported, here or elsewhere; it is not used yet. TrainError when
        its file is broken, UsageError when it is for another model."""
        card = check_adapter(path)
        digest = digest_of(path)
        for known in self._adapters.all():
            if known.file_hash == digest:
                raise UsageError(f"this is the adapter {known.id}, which is here already")
        made = self._stored(card, path, digest)
        self.check_base(made, self.served())
        copy(path, self.path(made.id))
        self._adapters.put(made, {})
        return self.get(made.id)

    def remove(self, adapter_id: str, *, even_in_use: bool = False) -> None:
        """Delete an adapter and its file for good. UsageError for one that is in use, unless that
        is said: the others in use then go on without it."""
        adapter = self._adapters.get(adapter_id)
        if adapter.state == "in use" and not even_in_use:
            raise UsageError(
                f"the adapter {adapter_id} is in use",
                "`khoj-lite adapter none` or `rollback` first, or remove it with --in-use.",
            )
        self._drop_file(adapter_id)
        self._adapters.remove(adapter_id)

    def _drop_file(self, adapter_id: str) -> None:
        file = self.path(adapter_id)
        try:
            file.unlink(missing_ok=True)
        except OSError as fault:
            raise StorageError(f"cannot remove {file}: {fault.strerror or fault}") from fault

    def _seen(self, adapter: StoredAdapter) -> StoredAdapter:
        return replace(adapter, here=self.path(adapter.id).is_file())

    def _stored(self, card: AdapterCard, path: Path, digest: str) -> StoredAdapter:
        """An imported adapter. Its own name is not trusted: it becomes a part of a path here."""
        letters = "".join(c for c in card.id if c.isascii() and (c.isalnum() or c in "-_"))[:40]
        known = {adapter.id for adapter in self._adapters.all()}
        name = letters if letters and letters not in known else f"imported-{digest[:8]}"
        if name in known:
            raise UsageError(f"there is an adapter {name} already")
        return StoredAdapter(
            name, time.time(), card.base_name, card.base_hash, digest, path.stat().st_size,
            card.rank, "candidate",
        )  # fmt: skip
