"""The libraries of the page are what their README and checksums say."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

WEB = Path(__file__).parents[2] / "web"
NOT_SHIPPED = {"axe-core", "typescript"}


def test_bundles_have_their_checksums() -> None:
    lines = (WEB / "vendor/SHA256SUMS").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split() for line in lines)}
    bundles = (WEB / "vendor").glob("*.js")
    assert listed == {b.name: hashlib.sha256(b.read_bytes()).hexdigest() for b in bundles}


def test_readme_names_the_pinned_versions() -> None:
    pinned = json.loads((WEB / "package.json").read_text())["devDependencies"]
    readme = (WEB / "vendor/README.md").read_text()
    missing = [
        f"{name} {version}"
        for name, version in pinned.items()
        if name not in NOT_SHIPPED and f"{name} {version}" not in readme
    ]
    assert missing == []


def test_the_lock_file_names_no_registry() -> None:
    assert '"resolved"' not in (WEB / "package-lock.json").read_text()
