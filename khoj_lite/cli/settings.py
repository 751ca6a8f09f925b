"""`config` and `token`."""

from __future__ import annotations

from argparse import Namespace

from khoj_lite import config
from khoj_lite.cli.console import Console
from khoj_lite.config import BY_KEY, SETTINGS, Config, Setting
from khoj_lite.errors import UsageError
from khoj_lite.server.running import read_running
from khoj_lite.server.token import ensure_token

HIDDEN = "(set, not shown)"


def run(options: Namespace, console: Console) -> None:
    """`config`: all settings, one, or a new value for one; `--defaults` explains them."""
    if options.defaults:
        if options.key:
            raise UsageError("--defaults shows every setting", "Leave the KEY away.")
        _defaults(options, console)
        return
    settings = config.load(options.home)
    if options.key is None:
        _all(settings, options, console)
        return
    settings.get(options.key)  # an unknown one is refused before anything else
    if options.value is not None:
        settings = config.save_value(settings, options.key, options.value)
        _after_change(settings, options.key, console)
    value = settings.get(options.key)
    if options.json:
        console.json({options.key: value})
    else:
        shown = _listed(settings, options.key)  # a key that was just set is not shown again
        console.print(_text(value) if options.value is None else f"{options.key} = {_text(shown)}")


def token(options: Namespace, console: Console) -> None:
    """`token`: the API token, made now if there is none."""
    value = ensure_token(config.load(options.home).token_file)
    if options.json:
        console.json({"token": value})
    else:
        console.print(value)


def _defaults(options: Namespace, console: Console) -> None:
    if options.json:
        console.json({setting.key: setting.default for setting in SETTINGS})
        return
    section = ""
    for setting in SETTINGS:
        name, _, field = setting.key.partition(".")
        if name != section:
            console.print(("\n" if section else "") + f"[{name}]")
            section = name
        console.print(f"# {setting.help}{_choices(setting)}")
        console.print(f"# Variable: {setting.variable}")
        console.print(f"{field} = {_toml(setting.default)}")


def _all(settings: Config, options: Namespace, console: Console) -> None:
    values = {key: _listed(settings, key) for key in BY_KEY}
    if options.json:
        console.json(values)
        return
    for setting in SETTINGS:
        value = values[setting.key]
        changed = console.style("  (changed)", "dim") if value != setting.default else ""
        console.print(f"{setting.key} = {_text(value)}{changed}")
    console.say(f"kept in {settings.file}", "dim")


def _listed(settings: Config, key: str) -> object:
    """A value for a list that others may look at: a secret is only said to be set."""
    value = settings.get(key)
    return HIDDEN if BY_KEY[key].secret and value else value


def _after_change(settings: Config, key: str, console: Console) -> None:
    variable = BY_KEY[key].variable
    effective = config.load(settings.home)
    if effective.get(key) != settings.get(key):
        console.say(f"note: {variable} is set and overrides it", "yellow")
    if key.startswith("chat.server_"):
        console.say("answer with one of its models: khoj-lite model use server:NAME", "dim")
    elif read_running(settings.daemon_file) is not None:
        console.say("note: the running daemon uses it after a restart", "yellow")


def _choices(setting: Setting) -> str:
    return f" One of: {', '.join(setting.choices)}." if setting.choices else ""


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _toml(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else _text(value)
