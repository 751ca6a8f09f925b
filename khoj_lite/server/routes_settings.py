"""The settings: read, and changed within what a page may change."""

from __future__ import annotations

import os
from typing import Literal

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from khoj_lite import config as settings
from khoj_lite.config import SETTINGS, Config, Setting
from khoj_lite.errors import ForbiddenError, UsageError
from khoj_lite.server.context import ERRORS, Context, reply
from khoj_lite.server.wire import Wire

Value = bool | int | float | str
KINDS: dict[type, Literal["yes or no", "whole number", "number", "text"]] = {
    bool: "yes or no", int: "whole number", float: "number", str: "text",
}  # fmt: skip


class SettingRow(Wire):
    """One line of the table of settings.

    `value` is what counts from the next start on; of a secret it is always null, and `set` says
    whether there is one. `fixed` says why it cannot be changed here, "" where it can."""

    key: str
    kind: Literal["yes or no", "whole number", "number", "text"]
    value: Value | None
    default: Value | None
    help: str
    choices: list[str]
    minimum: float | None
    secret: bool
    set: bool
    fixed: str
    waiting: bool = Field(description="Changed, and not in use before the daemon starts again.")


class Settings(Wire):
    settings: list[SettingRow]
    file: str = Field(description="Where they are kept.")


class SettingChanges(Wire):
    """The body of `PATCH /settings`: key -> new value; null goes back to the default."""

    values: dict[str, Value | None] = Field(min_length=1)


def settings_routes(context: Context) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["settings"], responses=ERRORS)
    running = context.engine.config

    def listed() -> Response:
        kept = settings.load(running.home)
        return reply(
            Settings(
                settings=[_row(each, kept, running, context) for each in SETTINGS],
                file=str(running.file),
            )
        )

    @router.get("/settings", response_model=Settings)
    def all_settings() -> Response:
        """Every setting, what it does and what it is. Secrets are never told."""
        return listed()

    @router.patch("/settings", response_model=Settings)
    def change_settings(body: SettingChanges) -> Response:
        """Change settings, all of them or, if one is wrong, none. They count from the next start
        of the daemon. Where it listens cannot be changed from here."""
        changed: dict[str, Value] = {}
        tried = settings.load(running.home)
        for key, value in body.values.items():
            setting = settings.BY_KEY.get(key)
            if setting is None:
                raise UsageError(f"there is no setting {key!r}"[:200])
            reason = _fixed(setting)
            if reason:
                raise ForbiddenError(f"{key} cannot be changed from here", reason)
            changed[key] = setting.default if value is None else value
            tried = tried.with_value(key, changed[key])
        for key, value in changed.items():
            if key == "chat.model":
                context.engine.models.use(str(value))
            else:
                settings.save_value(tried, key, value)
        return listed()

    return router


def _row(setting: Setting, kept: Config, running: Config, context: Context) -> SettingRow:
    value = kept.get(setting.key)
    in_use = context.engine.models.name if setting.key == "chat.model" else running.get(setting.key)
    return SettingRow(
        key=setting.key,
        kind=KINDS[type(setting.default)],
        value=None if setting.secret else value,
        default=None if setting.secret else setting.default,
        help=setting.help,
        choices=list(setting.choices),
        minimum=setting.minimum,
        secret=setting.secret,
        set=value != setting.default,
        fixed=_fixed(setting),
        waiting=not setting.key.startswith("server.") and value != in_use,
    )


def _fixed(setting: Setting) -> str:
    """Why a setting is read-only for the page. Who can reach the notes is decided where the
    daemon is started, never by something that runs in a browser."""
    if setting.key.startswith("server."):
        return (
            "Who can reach your notes is decided in a terminal: "
            f"`khoj-lite config {setting.key} VALUE`, then start the daemon again."
        )
    if setting.variable in os.environ:
        return f"It is set by the variable {setting.variable}."
    return ""
