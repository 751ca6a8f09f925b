"""The paragraphs that a dataset is made of: those of all notes, each once. Pure but for time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from khoj_lite.errors import CancelledError
from khoj_lite.train.dataset_clean import Part, boilerplate, clean, fold
from khoj_lite.train.dataset_left_out import Tally
from khoj_lite.train.dataset_notes import ORDER, Note, Split
from khoj_lite.train.duplicates import copies, words_of
from khoj_lite.train.mask import mask
from khoj_lite.types import OnProgress, Progress

LONG = 12
"""Words from which on a paragraph is looked for among the others."""
FAMILY = 0.5
"""Share of a note's long paragraphs that stand in another one, from which on both are versions of
one note and belong to one part of the dataset."""


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """`of`: entry id -> its own words. `families`: path -> the first path of a note that it is a
    version of. `twins`: an entry that lost a paragraph, and the one of another note that was left
    it. `masked`: what private things the notes hold."""

    of: Mapping[int, Sequence[Part]]
    families: Mapping[str, str]
    twins: Sequence[tuple[int, int]]
    masked: Mapping[str, int]

    def kept_apart(self, parts: Mapping[str, Split], path_of: Mapping[int, str]) -> frozenset[int]:
        """Entries with a paragraph that a note of a later part was left: shown in training, they
        would give away what is asked in judging."""
        return frozenset(
            entry
            for entry, kept in self.twins
            if ORDER.index(parts[path_of[entry]]) < ORDER.index(parts[path_of[kept]])
        )


def paragraphs(
    notes: Sequence[Note],
    tally: Tally,
    on_progress: OnProgress = lambda progress: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Paragraphs:
    """The paragraphs of every entry; what repeats within or between notes is left out."""
    found: dict[int, list[Part]] = {}
    masked: Counter[str] = Counter()
    for done, note in enumerate(notes):
        if cancelled():
            raise CancelledError("the training was cancelled")
        on_progress(Progress("reading notes", done, len(notes)))
        for stored in note.entries:
            made = clean(stored.entry)
            masked.update(mask(stored.entry.plain).counts)
            for reason, count in made.left_out.items():
                tally.note("paragraph", reason, note.path, count)
            found[stored.id] = made.parts
    common = boilerplate({note.path: [found[e.id] for e in note.entries] for note in notes})
    for entry, parts in found.items():
        found[entry] = [part for part in parts if fold(part.text) not in common]
        for part in parts:
            if fold(part.text) in common:
                tally.note("paragraph", "boilerplate", part.text)
    on_progress(Progress("looking for near-duplicates"))
    return _each_once(notes, found, tally, masked)


def _each_once(
    notes: Sequence[Note], found: dict[int, list[Part]], tally: Tally, masked: Mapping[str, int]
) -> Paragraphs:
    path_of = {stored.id: note.path for note in notes for stored in note.entries}
    long: list[tuple[int, Part]] = []
    size: Counter[str] = Counter()
    for entry, parts in found.items():
        for part in parts:
            words = len(words_of(part.text))
            if words >= LONG:
                long.append((entry, part))
                size[path_of[entry]] += words
    again = copies([part.text for _, part in long])
    drop: dict[int, list[Part]] = defaultdict(list)
    shared: Counter[tuple[str, str]] = Counter()
    twins: list[tuple[int, int]] = []
    for place, (entry, part) in enumerate(long):
        if place not in again:
            continue
        drop[entry].append(part)
        same = place in again.same
        other = long[again.same[place] if same else again.near[place]][0]
        reason = "said before, word for word" if same else "nearly said before"
        tally.note("paragraph", reason, part.text)
        if path_of[entry] != path_of[other]:
            twins.append((entry, other))
            shared[path_of[entry], path_of[other]] += len(words_of(part.text))
    for entry, gone in drop.items():
        found[entry] = [part for part in found[entry] if not any(part is each for each in gone)]
    families: dict[str, str] = {}

    def root(path: str) -> str:
        while path in families:
            path = families[path]
        return path

    for (one, two), count in shared.items():
        if count >= FAMILY * min(size[one], size[two]) and root(one) != root(two):
            first, second = sorted((root(one), root(two)))
            families[second] = first
    return Paragraphs(found, {path: root(path) for path in list(families)}, twins, masked)
