"""Prints the OpenAPI schema: `python -m khoj_lite.server.schema > docs/openapi.json`.

The checked-in copy is what clients' types are made from; a test says when it is stale.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from khoj_lite.config import Config
from khoj_lite.engine import Engine
from khoj_lite.server.app import create_app, schema
from khoj_lite.server.guard import Policy


def openapi_text() -> str:
    """The schema as it is checked in."""
    with (
        tempfile.TemporaryDirectory() as home,
        Engine.open(Config(home=Path(home)), writer=False) as engine,
    ):
        made = schema(create_app(engine, Policy(token="", port=0)))
    return json.dumps(made, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(openapi_text())
