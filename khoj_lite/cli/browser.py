"""`browser install`: where the browser extension is, and the steps that put it into a browser."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from khoj_lite.cli.console import Console
from khoj_lite.errors import NotFoundError


def run(options: Namespace, console: Console) -> None:
    """Prints the folder to load. Browsers let nobody but their user add an extension."""
    folder = extension_folder()
    if options.json:
        console.json({"folder": str(folder)})
        return
    console.print(str(folder))
    console.say("1. Open chrome://extensions in Chromium, Chrome, Edge or Brave.")
    console.say("2. Turn on “Developer mode”, press “Load unpacked” and choose the folder above.")
    console.say("3. Click the icon of khoj_lite (behind the puzzle piece), press “Connect” and")
    console.say("   allow it on the page that opens.")


def extension_folder() -> Path:
    """Where the extension is: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "interfaces" / "browser"
    folder = installed if installed.is_dir() else package.parent / "interfaces" / "browser"
    if not (folder / "manifest.json").is_file():
        raise NotFoundError("the files of the extension are missing", "Install khoj-lite again.")
    return folder
