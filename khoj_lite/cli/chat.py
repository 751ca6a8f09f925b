"""`chat`: one answer, or a session."""

from __future__ import annotations

import contextlib
from argparse import Namespace
from collections.abc import Sequence

from khoj_lite import config
from khoj_lite.cli import show
from khoj_lite.cli.console import Console
from khoj_lite.cli.door import Door, Json, open_door
from khoj_lite.errors import KhojLiteError

PROMPT = "> "


def run(options: Namespace, console: Console) -> int:
    question = " ".join(options.question).strip()
    with open_door(config.load(options.home), writes=False, on_progress=console.progress) as door:
        with_these: Json = {"as_json": options.json, "adapters": options.adapters}
        if question:
            return answer(door, question, options.conversation, console, **with_these)[1]
        return _session(door, options.conversation, console, **with_these)


def _session(
    door: Door,
    conversation: str | None,
    console: Console,
    *,
    as_json: bool,
    adapters: Sequence[tuple[str, float]] | None,
) -> int:
    """Questions until Ctrl-D. Ctrl-C stops an answer; at the prompt it forgets the line."""
    with contextlib.suppress(ImportError):  # not on Windows; input() then has no history
        import readline  # noqa: F401
    if console.interactive:
        console.say("Ask your notes. Ctrl-C stops an answer, Ctrl-D ends.", "dim")
    while True:
        try:
            question = input(PROMPT if console.interactive else "").strip()
        except EOFError:
            if console.interactive:
                console.print()
            return 0
        except KeyboardInterrupt:
            console.print()
            continue
        if not question:
            continue
        try:
            conversation, _ = answer(
                door, question, conversation, console, as_json=as_json, adapters=adapters
            )
        except KeyboardInterrupt:
            console.say("stopped", "dim")
        except KhojLiteError as error:
            console.error(error.message, error.hint)


def answer(
    door: Door,
    question: str,
    conversation: str | None,
    console: Console,
    *,
    as_json: bool,
    adapters: Sequence[tuple[str, float]] | None = None,
) -> tuple[str | None, int]:
    """Prints one answer as it comes. The conversation it belongs to, and the exit code."""
    sources: list[Json] = []
    cited: list[Json] = []
    done: Json = {}
    with contextlib.closing(door.chat(question, conversation, adapters)) as events:
        for event in events:
            if as_json:
                console.json(event, indent=None)
            kind = event["event"]
            if kind == "conversation":
                conversation = event["id"]
            elif kind == "error":
                fault = event["error"]
                if not as_json:
                    console.error(fault["message"], fault["hint"])
                return conversation, 1
            elif kind == "done":
                done = event
            elif as_json:
                continue
            elif kind == "status":
                parts = {"done": event.get("done", 0), "total": event.get("total", 0)}
                console.progress({"stage": event["text"], **parts})
            elif kind == "sources":
                sources = event["sources"]
            elif kind == "token":
                console.print(event["text"], end="", flush=True)
            elif kind == "citations":
                cited = event["citations"]
    if not done:
        if not as_json:
            console.print()
        console.error("the answer broke off", "The daemon may have been stopped; ask again.")
        return conversation, 1
    if not as_json:
        console.print()
        _list_sources(console, sources, cited)
        _warn(console, done, sources)
    return conversation, 0


def _warn(console: Console, done: Json, sources: list[Json]) -> None:
    """What there is to doubt in an answer as a whole, and why a model did not give it."""
    if "fallback" in done:
        console.say(f"{done['fallback']['message']}. {done['fallback']['hint']}", "yellow")
    if done.get("usage", {}).get("finish") == "length":
        console.say("cut at its longest: see the setting chat.max_tokens", "yellow")
    if sources and done.get("answered"):
        if not done.get("supported"):
            console.say("nothing in the notes bears this answer out", "yellow")
        elif done.get("score", 1.0) < done.get("threshold", 0.0):
            console.say("your notes may not hold the answer: read the sources", "yellow")


def _list_sources(console: Console, sources: list[Json], cited: list[Json]) -> None:
    """The notes that were quoted, by their numbers; all of them when nothing was."""
    lines = {citation["n"]: citation["hit"] for citation in reversed(cited)}
    shown = [
        lines.get(source["n"], source) for source in sources if source["n"] in lines or not lines
    ]
    if not shown:
        return
    console.print()
    for hit in shown:
        console.print(f"[{hit['n']}] {show.headline(console, hit)}")
        console.print(f"    {show.place(console, hit)}")
    for citation in cited:
        if citation["status"] != "supported":
            console.say(f"not found in the note [{citation['n']}]: {citation['quote']}", "yellow")
