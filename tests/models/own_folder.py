"""A models folder of a test's own, in which the embedding model is there already."""

from __future__ import annotations

from pathlib import Path


def own_folder(shared: Path, folder: Path) -> Path:
    """`folder`, made, with links to the exported embedding models of `shared`."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in shared.iterdir():
        if (path / "meta.json").is_file():
            (folder / path.name).symlink_to(path)
    return folder
