"""What travels when a program is let in, and when it clips."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from khoj_lite.server.wire import Wire
from khoj_lite.store import grants as store
from khoj_lite.store.grants import Scope

MOST_TEXT = 2_000_000
MOST_HTML = 5_000_000
"""Characters of a clip. The longest page of Wikipedia has under a million."""


class Grant(Wire):
    id: str
    client: str = Field(description="What the program calls itself.")
    origin: str = Field(description="Where its requests must come from.")
    scopes: list[Scope]
    folder: str = Field(description="Where its clips go.")
    created: datetime


class GrantList(Wire):
    grants: list[Grant]


class GrantRequest(Wire):
    """What the user allows on the page. `source` and `folder` say where clips go."""

    client: str = Field(min_length=1, max_length=60)
    origin: str = Field(max_length=100)
    challenge: str = Field(pattern=r"^[A-Za-z0-9_-]{43}$", description="S256 of RFC 7636.")
    scopes: list[Scope] = Field(min_length=1, max_length=3)
    source: str = Field(default="", max_length=300)
    folder: str = Field(default="", max_length=500, description="Below the source's folder.")


class Claim(Wire):
    verifier: str = Field(min_length=43, max_length=128, description="Whose S256 was allowed.")


class Claimed(Wire):
    token: str = Field(description="Given once and not kept.")
    grant: Grant


class Clip(Wire):
    """A page, or what is selected on it: `html`, which becomes Markdown, or `text`."""

    title: str = Field(default="", max_length=1000)
    url: str = Field(default="", max_length=8000)
    text: str = Field(default="", max_length=MOST_TEXT)
    html: str = Field(default="", max_length=MOST_HTML)
    whole: bool = Field(default=False, description="A whole page: menus around it are left out.")
    folder: str = Field(
        default="", max_length=2000,
        description="Absolute, within a watched source; what was granted has its own.",
    )  # fmt: skip
    tags: list[Annotated[str, Field(max_length=100)]] = Field(default=[], max_length=30)


class Clipped(Wire):
    path: str
    name: str
    found: bool = Field(description="Whether searches find it already.")


def grant_wire(grant: store.Grant) -> Grant:
    return Grant(
        id=grant.id, client=grant.client, origin=grant.origin, scopes=list(grant.scopes),
        folder=grant.folder, created=grant.created,
    )  # fmt: skip
