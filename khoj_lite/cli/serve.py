"""`serve`: the daemon in this terminal."""

from __future__ import annotations

import threading
import webbrowser
from argparse import Namespace
from collections.abc import Mapping

from khoj_lite import config
from khoj_lite.cli.console import Console
from khoj_lite.cli.sources import place
from khoj_lite.engine import Engine
from khoj_lite.server.daemon import Started, check_host, serve


def run(options: Namespace, console: Console) -> None:
    settings = config.load(options.home)
    if options.host is not None:
        settings = settings.with_value("server.host", options.host)
    if options.port is not None:
        settings = settings.with_value("server.port", options.port)
    warning = check_host(settings, explicit=options.host is not None)
    if warning:
        console.say(warning, "yellow")

    def on_event(event: Mapping[str, object]) -> None:
        index = event.get("index")
        if isinstance(index, dict) and index["state"] != "idle":
            console.progress(index)
        else:
            console.end_progress()

    def on_open(engine: Engine) -> None:
        engine.events.listen(on_event)
        for path in options.paths:
            source = engine.add_source(place(path), None, (), ())
            console.say(f"added {source.name}: {source.location}")

    def on_started(started: Started) -> None:
        console.print(f"khoj_lite is at {console.style(started.running.address, 'bold')}")
        console.print(f"open {console.style(started.sign_in, 'blue')}", flush=True)
        if not started.engine.sources():
            console.say("Nothing was added yet: do it on the page, or stop this and run"
                        " khoj-lite serve ~/notes", "yellow")  # fmt: skip
        if not options.no_open:
            # In a thread: a text browser would hold up the server until it is left.
            threading.Thread(
                target=open_browser, args=(started.sign_in,), name="browser", daemon=True
            ).start()

    serve(settings, on_open=on_open, on_started=on_started)
    console.say("stopped")


def open_browser(address: str) -> None:
    """Opens the page, quietly: a machine without a browser is no fault."""
    webbrowser.open(address)
