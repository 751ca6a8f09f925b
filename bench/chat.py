"""How far chat's answers can be trusted, without and with a model: `python -m bench.chat`.

Half of XQuAD's paragraphs become notes and its questions are asked through `Chat`, as a client
would: half of them have no answer in the notes. Printed are shares. Of the answerable questions:
answered, with the gold answer in the answer, and believed (the answer is supported, and the notes
are thought to hold one). Of all citations: supported. Of the unanswerable questions: refused, and
undoubted (believed all the same).

    python -m bench.chat                        quotes, and the tests' quoting model
    python -m bench.chat --model NAME_OR_GGUF   quotes, and this model
    python -m bench.chat --model server:NAME --url http://localhost:11434/v1

The tests' model cannot refuse: where the words it is pointed to are in no note, it quotes some
other line. What it is asked is no real question either, so that all of it is doubted; its row
shows the path, and how many of its citations hold. Belief in the answers of a real model is at
most that in quotes, since both are doubted by the same measure.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.answers import DATA, Question, halves, load, plain
from khoj_lite.config import Config
from khoj_lite.engine import Engine
from khoj_lite.models.extractive_sentences import split

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # the tests' model is made there
from quoting import quoting_model

QUESTIONS = 40
FLOORS = {
    "quotes": {"answered": 0.85, "gold": 0.75, "cited": 1.0, "refused": 0.80},
    "quoting model": {"answered": 0.90, "cited": 0.50},
}
CEILINGS = {"quotes": {"undoubted": 0.20}}
COLUMNS = ("answered", "gold", "believed", "cited", "refused", "undoubted", "seconds")


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one question."""

    there: bool  # whether the notes hold the answer
    answered: bool
    gold: bool
    believed: bool  # supported, and nothing says that the notes may not hold it
    citations: tuple[str, ...]  # their statuses


@contextmanager
def indexed(notes: dict[str, str], models: Path, **settings: object) -> Iterator[Engine]:
    """An engine of its own that holds these notes, a sentence a line."""
    with tempfile.TemporaryDirectory(prefix="khoj-lite-bench-") as folder:
        home, vault = Path(folder) / "home", Path(folder) / "notes"
        vault.mkdir()
        for name, text in notes.items():
            (vault / f"{name}.md").write_text(lines(text), encoding="utf-8")
        config = Config(home=home, index_watch=False, models_folder=str(models))
        for key, value in settings.items():
            config = config.with_value(key.replace("__", "."), value)
        with Engine.open(config) as engine:
            engine.add_source(str(vault))
            engine.index()
            yield engine


def lines(text: str) -> str:
    """A note with every sentence on a line of its own."""
    head, _, body = text.partition("\n\n")
    return f"{head}\n\n" + "\n".join(body[start:end] for start, end in split(body)) + "\n"


def ask(engine: Engine, message: str, question: Question, there: bool, limit: int) -> Told:
    """The question put to chat, and what it made of it."""
    text = ""
    done: dict[str, Any] = {}
    citations: list[dict[str, Any]] = []
    for event in engine.chat.ask(message, limit=limit):
        if event.event == "token":
            text += str(event.data["text"])
        elif event.event == "citations":
            citations = list(event.data["citations"])  # type: ignore[call-overload]
        elif event.event == "done":
            done = dict(event.data)
        elif event.event == "error":
            raise RuntimeError(str(event.data))
    return Told(
        there,
        bool(done["answered"]),
        any(plain(answer) in plain(text) for answer in question.answers),
        bool(done["supported"] and done["answered"] and done["score"] >= done["threshold"]),
        tuple(str(c["status"]) for c in citations),
    )


def pointed(notes: dict[str, str]) -> Callable[[Question], str | None]:
    """Asks as the tests' model wants it: by three words ahead of the answer in its sentence."""

    def message(question: Question) -> str | None:
        body = notes[sorted(question.notes)[0]].partition("\n\n")[2]
        for start, end in split(body):
            sentence = body[start:end]
            at = sentence.find(question.answers[0])
            words = re.findall(r"[A-Za-z]+(?= )", sentence[:at]) if at > 0 else []
            anchor = " ".join(words[-3:])
            if len(words) >= 3 and f"{anchor} " in sentence:
                return f"What do the notes say about {anchor}"
        return None

    return message


def measure(told: Sequence[Told], seconds: float) -> dict[str, float]:
    yes, no = [t for t in told if t.there], [t for t in told if not t.there]
    cited = [status for t in told for status in t.citations]
    return {
        "answered": _share([t.answered for t in yes]),
        "gold": _share([t.gold for t in yes]),
        "believed": _share([t.believed for t in yes]),
        "cited": _share([status == "supported" for status in cited]),
        "refused": _share([not t.answered for t in no]),
        "undoubted": _share([t.believed for t in no]),
        "seconds": seconds / max(1, len(told)),
    }


def run(
    notes: dict[str, str],
    questions: Sequence[Question],
    models: Path,
    message: Callable[[Question], str | None],
    limit: int,
    **settings: object,
) -> dict[str, float]:
    """All questions asked of one half of the notes."""
    kept = next(iter(halves(notes)))
    told: list[Told] = []
    with indexed(kept, models, **settings) as engine:
        began = time.perf_counter()
        for question in questions:
            asked = message(question)
            if asked is not None:
                there = bool(question.notes & kept.keys())
                told.append(ask(engine, asked, question, there, limit))
        return measure(told, time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, default=Path.home() / ".cache/khoj-lite-bench")
    parser.add_argument("--model", help="a chat model, in place of the tests' own")
    parser.add_argument("--url", default="", help="the server of a model named server:NAME")
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    options = parser.parse_args()
    notes, questions = load(DATA / "xquad" / "en")
    questions = questions[:: max(1, len(questions) // options.questions)]
    print(f"{'':16}" + "".join(f"{name:>11}" for name in COLUMNS))
    _row("quotes", run(notes, questions, options.models, lambda q: q.text, 10))
    if options.model:
        settings = {"chat__model": options.model, "chat__server_url": options.url}
        told = run(notes, questions, options.models, lambda q: q.text, 10, **settings)
        _row(options.model, told)
    else:
        settings = {
            "chat__model": str(quoting_model(options.models)), "chat__temperature": 0,
            "chat__max_tokens": 40,
        }  # fmt: skip
        told = run(notes, questions, options.models, pointed(notes), 3, **settings)
        _row("quoting model", told)


def _row(name: str, figures: dict[str, float]) -> None:
    print(f"{name[-16:]:16}" + "".join(f"{figures[each]:>11.3f}" for each in COLUMNS), flush=True)
    for bounds, what in ((FLOORS, "floor"), (CEILINGS, "ceiling")):
        if name in bounds:
            row = [
                f"{bounds[name][each]:>11.2f}" if each in bounds[name] else " " * 11
                for each in COLUMNS
            ]
            print(f"{what:16}" + "".join(row))


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0.0


if __name__ == "__main__":
    main()
