"""What travels about adapters: what there is, what is used and how strongly, and their cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from khoj_lite.chat.adapters import MOST_AT_ONCE, MOST_WEIGHT, Shelf
from khoj_lite.errors import UsageError
from khoj_lite.server.wire import Json, Wire
from khoj_lite.store.adapters import StoredAdapter, Weighted


class AdapterWeight(Wire):
    """An adapter to answer with, and how strongly it counts."""

    id: str = Field(min_length=1)
    weight: float = Field(
        default=1.0, gt=0, le=MOST_WEIGHT, allow_inf_nan=False, description="1: as it was trained."
    )


class AdapterChoice(Wire):
    """The body of `POST /adapters/use`: what to answer with from now on; empty: without any."""

    adapters: list[AdapterWeight] = Field(max_length=MOST_AT_ONCE)


class ConversationAdapters(Wire):
    """What one conversation is answered with. Null: what is in use; empty: without any."""

    adapters: list[AdapterWeight] | None = Field(max_length=MOST_AT_ONCE)


class Adapter(Wire):
    """An adapter. `stale`: a note it has learned from is gone since; the next training goes
    without."""

    id: str
    created: float
    base_name: str
    base_hash: str
    file_hash: str
    size: int
    rank: int
    state: Literal["candidate", "in use", "retired", "rejected"]
    run: str = Field(description="The training it is from; empty for one that was imported.")
    stale: bool
    saw: int = Field(description="Notes it has learned from.")
    weight: float | None = Field(description="How strongly it counts; null where not in use.")
    here: bool = Field(description="Whether its file is on this machine.")
    report: dict[str, Any] = Field(description="How it was judged, as a run's `gate`.")


class AdapterDetail(Adapter):
    """One adapter, whole."""

    card: dict[str, Any] | None = Field(
        description="What its file says of itself (`id`, `architecture`, `base_name`, `base_hash`,"
        " `rank`, `alpha`, `tensors`); null where the file is gone or broken."
    )
    gone: list[str] = Field(description="Notes it has learned from that are gone since.")


class Adapters(Wire):
    """`in_use` is the id of the one that answers are given with, the first where `uses` lists
    several."""

    adapters: list[Adapter]
    in_use: str | None
    uses: list[AdapterWeight]


class ImportedAdapter(Adapters):
    imported: str = Field(description="The id under which the file is kept.")


class AdapterFile(Wire):
    """The body of an import or export: a file on the daemon's machine."""

    path: str = Field(min_length=1, description="Absolute path.")


class Forgotten(Wire):
    """The result of the job of `POST /adapters/forget`: what was removed, and what came of the
    training without it."""

    adapters: list[str] = Field(description="Adapters that were deleted with their files.")
    stopped_using: list[str] = Field(description="Those of them that were in use.")
    runs: list[str] = Field(description="Trainings whose rows, notes' names and weights are gone.")
    notes: list[str] = Field(description="The notes that are gone and had been learned from.")
    freed: int = Field(description="Bytes.")
    training: Literal["not needed", "not possible", "promoted", "rejected", "interrupted", "failed"]
    run: dict[str, Any] | None = Field(description="The training, as `GET /train/runs/{id}`.")
    error: dict[str, str] | None = Field(description="Why it was not possible, or failed.")
    message: str = Field(description="All of it in a sentence or two.")


def chosen(one: str | None, several: Sequence[AdapterWeight] | None) -> list[Weighted] | None:
    """The adapters that a request names, by either field; None where it names none."""
    if one is not None and several is not None:
        raise UsageError("adapter and adapters cannot both be given", "Send adapters alone.")
    if one is not None:
        return [(one, 1.0)]
    return None if several is None else [(each.id, each.weight) for each in several]


def weights_wire(uses: Sequence[Weighted]) -> list[AdapterWeight]:
    return [AdapterWeight(id=id, weight=weight) for id, weight in uses]


def adapters_wire(shelf: Shelf) -> Adapters:
    return Adapters(**_listed(shelf))


def imported_wire(shelf: Shelf, adapter: StoredAdapter) -> ImportedAdapter:
    return ImportedAdapter(**_listed(shelf), imported=adapter.id)


def detail_wire(shelf: Shelf, adapter_id: str) -> AdapterDetail:
    adapter, card = shelf.get(adapter_id), shelf.card(adapter_id)
    about = {slot: getattr(card, slot) for slot in card.__slots__} if card else None
    return AdapterDetail(**_fields(adapter), card=about, gone=shelf.gone(adapter_id))


def forgotten_wire(result: Mapping[str, object]) -> Json:
    return Forgotten.model_validate(result).json_object()


def _listed(shelf: Shelf) -> dict[str, Any]:
    uses = shelf.in_use()
    return {
        "adapters": [Adapter(**_fields(adapter)) for adapter in shelf.all()],
        "in_use": uses[0][0] if uses else None, "uses": weights_wire(uses),
    }  # fmt: skip


def _fields(adapter: StoredAdapter) -> dict[str, Any]:
    plain = {name: getattr(adapter, name) for name in Adapter.model_fields if name != "report"}
    return {**plain, "report": dict(adapter.report)}
