"""`obsidian install`: the plugin, put into a vault with the daemon's address and its token."""

from __future__ import annotations

import json
import os
from argparse import Namespace
from pathlib import Path
from typing import Any

from khoj_lite import __version__, config
from khoj_lite.cli.console import Console
from khoj_lite.cli.door import Json, open_door
from khoj_lite.errors import KhojLiteError, NotFoundError, StorageError
from khoj_lite.server.running import Running, read_running
from khoj_lite.server.token import ensure_token

PLUGIN = "khoj-lite"
FILES = ("main.js", "manifest.json", "styles.css")
SETTINGS = ".obsidian"
"""The folder that makes a folder a vault. Obsidian lets people name it otherwise; few do."""


def run(options: Namespace, console: Console) -> None:
    """Copies the plugin into the vault and tells it where the daemon is.

    The vault's own settings are left alone but for `--enable`. Nothing is fetched."""
    settings = config.load(options.home)
    vault = vault_at(options.vault)
    folder = vault / SETTINGS / "plugins" / PLUGIN
    had = (folder / "main.js").is_file()
    address = _address(settings)
    token = ensure_token(settings.token_file)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            write(folder / name, (client_folder() / name).read_bytes())
        kept = _kept(folder / "data.json")
        kept |= {"address": address, "token": token, "vault": str(vault.resolve())}
        write(folder / "data.json", _json(kept), secret=True)
        enabled = _enable(vault / SETTINGS) if options.enable else _is_enabled(vault / SETTINGS)
    except OSError as fault:
        raise StorageError(f"cannot write to {folder}: {fault.strerror}") from fault
    if not options.json:
        console.say(f"{'Updated' if had else 'Installed'} the plugin in {folder}")
        console.say(_next_step(had, enabled))
    source = _source(settings, vault, options, console)
    if options.json:
        console.json(
            {"folder": str(folder), "files": list(FILES), "address": address,
             "enabled": enabled, "source": source}
        )  # fmt: skip


def vault_at(path: Path) -> Path:
    """The vault at `path`, absolute. NotFoundError, with what may be meant, when it is none."""
    vault = Path(os.path.normpath(path.expanduser().absolute()))
    if (vault / SETTINGS).is_dir():
        return vault
    if not vault.exists():
        raise NotFoundError(f"there is no folder {vault}", "Give the path of an Obsidian vault.")
    for outer in vault.parents:
        if (outer / SETTINGS).is_dir():
            raise NotFoundError(f"{vault} is inside a vault, but not one", f"Did you mean {outer}?")
    raise NotFoundError(
        f"{vault} is no Obsidian vault: there is no {SETTINGS} folder in it",
        "Open the folder as a vault in Obsidian once, then run this again.",
    )


def client_folder() -> Path:
    """Where the plugin is: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "interfaces" / "obsidian"
    folder = installed if installed.is_dir() else package.parent / "interfaces" / "obsidian"
    if not all((folder / name).is_file() for name in FILES):
        raise NotFoundError("the files for Obsidian are missing", "Install khoj-lite again.")
    return folder


def write(path: Path, content: bytes, *, secret: bool = False) -> None:
    """A whole file or none, since Obsidian may be reading it just now; `secret`: mode 0600."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        mode = 0o600 if secret else 0o644
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _address(settings: config.Config) -> str:
    """Where the daemon is now, or will be."""
    running = read_running(settings.daemon_file)
    if running is not None:
        return running.address
    return Running(0, settings.server_host, settings.server_port, 0.0, __version__).address


def _kept(path: Path) -> dict[str, Any]:
    """What the user set in the plugin; nothing when it cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _enabled(settings: Path) -> list[str]:
    path = settings / "community-plugins.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except ValueError as fault:
        raise StorageError(
            f"{path} is not JSON", "Turn any plugin on or off in Obsidian, which writes it anew."
        ) from fault
    if not isinstance(found, list):
        raise StorageError(f"{path} is no list", "Turn any plugin on or off in Obsidian.")
    return [str(name) for name in found]


def _is_enabled(settings: Path) -> bool:
    try:
        return PLUGIN in _enabled(settings)
    except StorageError:
        return False


def _enable(settings: Path) -> bool:
    names = _enabled(settings)
    if PLUGIN not in names:
        write(settings / "community-plugins.json", _json([*names, PLUGIN]))
    return True


def _next_step(had: bool, enabled: bool) -> str:
    if enabled:
        return "Reload Obsidian, or turn the plugin off and on, to use it." if had else (
            "Open the vault in Obsidian; it may ask once whether community plugins may run."
        )  # fmt: skip
    return "In Obsidian: Settings, Community plugins, turn on Khoj lite (or use --enable here)."


def _source(
    settings: config.Config, vault: Path, options: Namespace, console: Console
) -> str | None:
    """The name of the source that brings the vault in, added if that is wanted. The plugin is in
    place by now: what goes wrong here is said, and how to do it by hand."""
    try:
        with open_door(settings, writes=False, by_meaning=False) as door:
            for source in door.sources()["sources"]:
                if _brings(source, vault):
                    return str(source["name"])
        if options.add is None:
            options.add = not options.json and console.interactive and _agreed(vault)
        if not options.add:
            if not options.json:
                console.say(f"Its notes are not indexed yet. Add them: khoj-lite add {vault}")
            return None
        with open_door(settings, writes=True, by_meaning=False) as door:
            added = door.add(str(vault), None, [], [])
    except KhojLiteError as error:
        console.error(f"the vault was not added: {error.message}", error.hint)
        console.say(f"Add it later: khoj-lite add {vault}")
        return None
    console.say(f"Added the vault as a source, {added['name']}.")
    return str(added["name"])


def _brings(source: Json, vault: Path) -> bool:
    if source["kind"] != "folder":
        return False
    location = Path(source["location"])
    return vault.is_relative_to(location) or vault.resolve().is_relative_to(location.resolve())


def _agreed(vault: Path) -> bool:
    answer = input(f"Add {vault} to what khoj_lite indexes? [Y/n] ")
    return answer.strip().lower() in ("", "y", "yes")


def _json(value: object) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n"
