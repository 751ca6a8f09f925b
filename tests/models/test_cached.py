"""Exports that are at hand, and those that nobody needs any more."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from khoj_lite.config import Config
from khoj_lite.models.cached import open_cached, remove_outdated
from khoj_lite.models.exported import META


def copied(export: Path, folder: Path, **changes: object) -> Path:
    """A copy of an export whose meta says something else, a day older than it."""
    shutil.copytree(export, folder)
    meta = folder / META
    meta.write_text(json.dumps({**json.loads(meta.read_text()), **changes}))
    day_before = (export / META).stat().st_mtime - 86_400
    os.utime(meta, (day_before, day_before))
    return folder


def test_older_exports_of_the_model_that_serves_go_and_all_else_stays(
    tmp_path: Path, model_folder: Path
) -> None:
    config = Config(home=tmp_path)
    shutil.copytree(model_folder, config.model_folder, ignore=shutil.ignore_patterns("*.gguf"))
    serving = open_cached(config)
    assert serving is not None
    (own, *_) = [
        path.parent
        for path in config.model_folder.glob(f"*/{META}")
        if json.loads(path.read_text())["source_hash"] == serving.meta.source_hash
    ]
    changed = copied(own, tmp_path / "models/changed", source_hash="0" * 16)
    former = copied(own, tmp_path / "models/former", format=0)
    other = copied(own, tmp_path / "models/other", model="another-model", source_hash="1" * 16)
    wish = copied(own, tmp_path / "models/wish", precision="fp32")
    newer = copied(own, tmp_path / "models/newer", format=99)
    os.utime(newer / META, (serving.made + 60, serving.made + 60))
    (tmp_path / "models/no-export").mkdir()
    removed = remove_outdated(config.model_folder, serving)
    assert {changed, former} <= set(removed)
    assert not changed.exists()
    assert not former.exists()
    for kept in (own, other, wish, newer, tmp_path / "models/no-export"):
        assert kept.exists()
