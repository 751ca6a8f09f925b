"""Where a model server is, as people type it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from khoj_lite.errors import ModelError

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is. `base` ends in its version (/v1), `root` is what stands before it."""

    base: str
    key: str = ""

    @classmethod
    def of(cls, url: str, key: str = "") -> Address:
        """The address as typed by people: without a path, /v1 is meant."""
        text = url.strip().rstrip("/")
        if "://" not in text:
            text = f"http://{text}"
        try:
            parts = urlsplit(text)
            known = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            known = False
        if not known:
            raise ModelError(
                f"{url!r} is no address of a server", "It looks like http://localhost:11434/v1"
            )
        if parts.username or parts.password:  # an address is shown and logged
            raise ModelError(
                "the address of the model server holds a password",
                "Leave it out there: khoj-lite config chat.server_key KEY",
            )
        return cls(text if parts.path else f"{text}/v1", key)

    @property
    def root(self) -> str:
        return self.base.removesuffix("/v1")

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key}"} if self.key else {}

    @property
    def trust_env(self) -> bool:
        """Whether a proxy may stand between: not within this machine or a private network."""
        host = urlsplit(self.base).hostname or ""
        if host == "localhost" or host.endswith((".localhost", ".local")) or "." not in host:
            return False
        try:
            return not ipaddress.ip_address(host).is_private
        except ValueError:
            return True
