"""Child of the tests: bring a home's index up to date, over and over, until it is killed.

python writer.py HOME VAULT MODELS
"""

from __future__ import annotations

import sys
from pathlib import Path

from khoj_lite.config import Config
from khoj_lite.engine import Engine


def main(home: str, vault: str, models: str) -> None:
    """Index once; say so; go on until the end."""
    config = Config(home=Path(home)).with_value("models.folder", models)
    with Engine.open(config) as engine:
        print("open", flush=True)
        engine.add_source(vault)
        while True:
            engine.index()
            engine._semantic.save()
            print("indexed", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
