"""`summarize`: one note, of any length, in a few paragraphs."""

from __future__ import annotations

import os
from argparse import Namespace

from khoj_lite import config
from khoj_lite.cli.chat import answer
from khoj_lite.cli.console import Console
from khoj_lite.cli.door import open_door


def run(options: Namespace, console: Console) -> int:
    path = options.path
    if os.path.exists(path):
        path = os.path.abspath(path)
    with open_door(config.load(options.home), writes=False, on_progress=console.progress) as door:
        return answer(door, f"/summarize {path}", None, console, as_json=options.json)[1]
