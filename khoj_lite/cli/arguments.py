"""The commands and their options. Imports only argparse, so that `--help` is instant."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from khoj_lite import __version__

EPILOG = """\
examples:
  khoj-lite serve ~/notes                add a folder, index it, open the page
  khoj-lite search 'tag:work dt>="last week" budget'
  khoj-lite chat "when did we move?"

exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 busy
"""


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of one command line; ends the program for --help, --version and mistakes.

    `module` and `function` name what does the command (in this folder)."""
    return build().parse_args(arguments)


def build() -> argparse.ArgumentParser:
    """The parser of every command."""
    parser = argparse.ArgumentParser(
        prog="khoj-lite",
        description="Find and ask everything you wrote down, on your own machine.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"khoj-lite {__version__}")
    _common(parser, home=None, verbose=False)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _serving(commands)
    _sources(commands)
    _finding(commands)
    _models(commands)
    _training(commands)
    _state(commands)
    _service(commands)
    _emacs(commands)
    _obsidian(commands)
    _browser(commands)
    return parser


def _serving(commands: Any) -> None:
    serve = _command(commands, "serve", "serve", "start the daemon: index, watch, serve the page")
    serve.add_argument("paths", metavar="PATH", nargs="*", help="folders to add first")
    serve.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    serve.add_argument("--port", type=_port, help="port to listen on (default: 42110)")
    serve.add_argument("--no-open", action="store_true", help="do not open the browser")
    _command(
        commands, "mcp", "mcp", "offer the notes to one program (Model Context Protocol on stdio)"
    )


def _sources(commands: Any) -> None:
    add = _command(commands, "add", "sources", "register folders of notes", json=True)
    add.add_argument("locations", metavar="PATH_OR_URL", nargs="+", help="what to add")
    add.add_argument("--name", help="what to call it (default: the folder's name)")
    add.add_argument(
        "--include", metavar="GLOB", action="append", default=[], help="only files like this"
    )
    add.add_argument(
        "--exclude", metavar="GLOB", action="append", default=[], help="no files like this"
    )
    _command(commands, "sources", "sources", "list what was added", "list_sources", json=True)
    remove = _command(
        commands, "remove", "sources", "forget a source (its files stay where they are)", "remove",
        json=True,
    )  # fmt: skip
    remove.add_argument("name", metavar="NAME", help="as `khoj-lite sources` shows it")
    index = _command(commands, "index", "index", "bring the index up to date and exit", json=True)
    index.add_argument("names", metavar="NAME", nargs="*", help="only these sources")
    index.add_argument("--full", action="store_true", help="read every file again")


def _finding(commands: Any) -> None:
    search = _command(commands, "search", "search", "search the notes", json=True)
    search.add_argument("query", metavar="QUERY", nargs="+", help="words and filters")
    _hits(search)
    search.add_argument(
        "--mode",
        choices=("hybrid", "semantic", "lexical"),
        default="hybrid",
        help="by meaning, by letter, or both (default)",
    )
    similar = _command(
        commands, "similar", "search", "find notes like this one", "similar", json=True
    )
    similar.add_argument("place", metavar="PATH[:LINE]", help="a note, or a line of it")
    _hits(similar)
    chat = _command(commands, "chat", "chat", "ask the notes", json=True)
    chat.add_argument("question", metavar="QUESTION", nargs="*", help="none: a session")
    chat.add_argument("--conversation", metavar="ID", help="go on with this conversation")
    chat.add_argument(
        "--adapter", metavar="ID[:WEIGHT]", action="append", type=_weighted, dest="adapters",
        help="answer with this adapter (several: say it again) instead of what is in use",
    )  # fmt: skip
    summarize = _command(
        commands, "summarize", "summarize", "summarise one note, a book included", json=True
    )
    summarize.add_argument("path", metavar="PATH", help="a note, by its path or the end of it")


def _models(commands: Any) -> None:
    about = "list, fetch and choose the models that answer"
    models = commands.add_parser("model", help=about, description=about)
    _common(models, home=argparse.SUPPRESS, verbose=argparse.SUPPRESS)
    actions = models.add_subparsers(title="actions", metavar="ACTION", required=True)
    _command(actions, "list", "model", "what there is to choose from", "list_models", json=True)
    pull = _command(actions, "pull", "model", "fetch a model of the catalogue", "pull", json=True)
    pull.add_argument("name", metavar="NAME", help="as `khoj-lite model list` shows it")
    pull.add_argument(
        "--for-training", action="store_true", help="fetch the weights that a LoRA trains on"
    )
    use = _command(actions, "use", "model", "answer with this model", "use", json=True)
    use.add_argument(
        "name", metavar="NAME_OR_GGUF", help="a name in the list, server:NAME, or a GGUF file"
    )
    measure = _command(
        actions, "measure", "model_measure", "how well the model uses its context, on your notes",
        json=True,
    )  # fmt: skip
    measure.add_argument(
        "paths", metavar="NOTE", nargs="*", help="notes to measure on (default: the longest)"
    )
    measure.add_argument(
        "--last", action="store_true", help="show what was measured last, and measure nothing"
    )
    measure.add_argument(
        "--lengths", type=_wholes, metavar="N,N", default=[2048, 4096, 8192, 16384, 32768],
        help="contexts in tokens (default: 2048,4096,8192,16384,32768)",
    )  # fmt: skip
    measure.add_argument(
        "--depths", type=_parts, metavar="X,X", default=[0.0, 0.25, 0.5, 0.75, 1.0],
        help="where to hide a sentence, from 0 to 1 (default: 0,0.25,0.5,0.75,1)",
    )  # fmt: skip
    _command(actions, "none", "model", "answer by quoting the notes", "use_none", json=True)
    remove = _command(
        actions, "remove", "model", "delete a model that was fetched", "remove", json=True
    )
    remove.add_argument("name", metavar="NAME", help="as `khoj-lite model list` shows it")


def _training(commands: Any) -> None:
    train = _command(
        commands, "train", "train", "train an adapter on your notes; used if it answers better",
        json=True,
    )  # fmt: skip
    train.add_argument(
        "--dry-run", action="store_true",
        help="only show what would be learned, and what is left out and why",
    )  # fmt: skip
    train.add_argument(
        "--now", action="store_true", help="even on battery, and while the machine is at work"
    )
    steps = train.add_subparsers(title="about trainings", metavar="[ACTION]")
    _command(steps, "runs", "train", "the trainings so far", "list_runs", json=True)
    report = _command(
        steps, "report", "train", "write one training as a page: figures, plots, verdict", "report",
        json=True,
    )  # fmt: skip
    report.add_argument("run", metavar="RUN", nargs="?", help="its id (default: the last)")
    report.add_argument(
        "--output", metavar="FILE", type=Path, help="where to (default: RUN.html, here)"
    )
    _command(steps, "stop", "train", "stop the training that the daemon runs", "stop", json=True)
    about = "list, choose, carry away and bring in adapters"
    adapter = commands.add_parser("adapter", help=about, description=about)
    _common(adapter, home=argparse.SUPPRESS, verbose=argparse.SUPPRESS)
    actions = adapter.add_subparsers(title="actions", metavar="ACTION", required=True)
    _command(actions, "list", "adapter", "the adapters there are", "list_adapters", json=True)
    show = _command(actions, "show", "adapter", "one adapter, with its card", "show_one", json=True)
    use = _command(actions, "use", "adapter", "answer with these adapters", "use", json=True)
    use.add_argument(
        "chosen", metavar="ID[:WEIGHT]", nargs="+", type=_weighted,
        help="as `khoj-lite adapter list` shows it; a weight of 1 is as it was trained",
    )  # fmt: skip
    _command(actions, "none", "adapter", "answer without an adapter", "use_none", json=True)
    _command(
        actions, "rollback", "adapter", "go back to what was in use before", "rollback", json=True
    )
    export = _command(actions, "export", "adapter", "write an adapter to a file", "export",
                      json=True)  # fmt: skip
    remove = _command(
        actions, "remove", "adapter", "delete an adapter for good", "remove", json=True
    )
    for each in (show, export, remove):
        each.add_argument("id", metavar="ID", help="as `khoj-lite adapter list` shows it")
    export.add_argument("file", metavar="FILE", type=Path, help="a file that is not there yet")
    remove.add_argument("--in-use", action="store_true", help="even if answers are given with it")
    bring = _command(
        actions, "import", "adapter", "keep an adapter that was exported", "bring_in", json=True
    )
    bring.add_argument("file", metavar="FILE", type=Path, help="what was exported")
    _command(
        actions, "forget", "adapter",
        "remove all that has learned from deleted notes, and train anew without them", "forget",
        json=True,
    )  # fmt: skip


def _weighted(raw: str) -> tuple[str, float]:
    id, colon, weight = raw.rpartition(":")
    if not colon:
        return raw, 1.0
    try:
        return id, float(weight)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"wants ID or ID:WEIGHT like mine:0.5, not {raw!r}"
        ) from None


def _service(commands: Any) -> None:
    about = "start the daemon at login"
    service = commands.add_parser("service", help=about, description=about)
    _common(service, home=argparse.SUPPRESS, verbose=argparse.SUPPRESS)
    actions = service.add_subparsers(title="actions", metavar="ACTION", required=True)
    for name, does in (
        ("install", "start it at login from now on, and now"),
        ("remove", "stop it and start it at login no more"),
        ("status", "show whether it starts at login and whether it runs"),
    ):
        _command(actions, name, "service", does, name, json=True)


def _state(commands: Any) -> None:
    status = _command(commands, "status", "status", "show what is indexed", json=True)
    status.add_argument("--files", action="store_true", help="every file, with its state")
    status.add_argument("--failed", action="store_true", help="the files that failed, and why")
    _command(commands, "doctor", "doctor", "find what is wrong and how to mend it", json=True)
    config = _command(commands, "config", "settings", "show or change settings", json=True)
    config.add_argument("key", metavar="KEY", nargs="?", help="a setting, like server.port")
    config.add_argument("value", metavar="VALUE", nargs="?", help="its new value")
    config.add_argument("--defaults", action="store_true", help="every setting, explained")
    _command(commands, "token", "settings", "print the API token", "token", json=True)


def _emacs(commands: Any) -> None:
    emacs = _command(commands, "emacs", "emacs", "put the client for Emacs in place", json=True)
    emacs.add_argument("action", choices=("install",), help="install, or update what is there")
    emacs.add_argument(
        "--dir", type=Path, metavar="DIR", help="where to (default: emacs in the data folder)"
    )


def _wholes(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"wants whole numbers like 2048,4096, not {text!r}"
        ) from None


def _parts(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"wants numbers like 0,0.5,1, not {text!r}") from None


def _obsidian(commands: Any) -> None:
    about = "put the plugin for Obsidian into a vault"
    obsidian = _command(commands, "obsidian", "obsidian", about, json=True)
    obsidian.add_argument("action", choices=("install",), help="install, or update what is there")
    obsidian.add_argument("vault", metavar="VAULT", type=Path, help="the vault's folder")
    obsidian.add_argument(
        "--enable", action="store_true", help="turn it on in the vault's list of plugins, too"
    )
    obsidian.add_argument(
        "--add", action=argparse.BooleanOptionalAction, default=None,
        help="add the vault as a source if it is none (default: ask)",
    )  # fmt: skip


def _browser(commands: Any) -> None:
    about = "say how to put the extension into the browser"
    browser = _command(commands, "browser", "browser", about, json=True)
    browser.add_argument("action", choices=("install",), help="the folder to load, and the steps")


def _command(
    commands: Any, name: str, module: str, help: str, function: str = "", *, json: bool = False
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help, description=help)
    parser.set_defaults(module=module, function=function or "run", command=name)
    _common(parser, home=argparse.SUPPRESS, verbose=argparse.SUPPRESS)
    if json:
        parser.add_argument("--json", action="store_true", help="print JSON, as the HTTP API does")
    return parser


def _common(parser: argparse.ArgumentParser, home: object, verbose: object) -> None:
    """Options that may stand before and after the command."""
    parser.add_argument(
        "--home", type=Path, metavar="DIR", default=home, help="data folder (or KHOJ_LITE_HOME)"
    )
    parser.add_argument(
        "-v", "--verbose", action="store_true", default=verbose, help="say more, show tracebacks"
    )


def _hits(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-n", type=_count, default=10, metavar="N", help="hits (default: 10)")
    parser.add_argument("--explain", action="store_true", help="show what each side contributed")
    parser.add_argument("--full", action="store_true", help="show the whole entries")


def _count(raw: str) -> int:
    if not raw.isdecimal() or not 1 <= int(raw) <= 200:
        raise argparse.ArgumentTypeError(f"a number from 1 to 200 is wanted, not {raw!r}")
    return int(raw)


def _port(raw: str) -> int:
    if not raw.isdecimal() or int(raw) > 65535:
        raise argparse.ArgumentTypeError(f"a port is a number up to 65535, not {raw!r}")
    return int(raw)
