"""Who may talk to the daemon from a browser extension: the guard's decision for their origins.

An extension says who it is in `Origin`, which neither a page nor another extension can forge. It
has no use for the page's cookie, which never counts here: it needs a token that was granted to
this very origin, and gets no further than what was granted. Extensions nobody let in learn no
more than that a token is wanted, and can ask for one, which the user then sees on the page.

A browser sends `Origin` with all its calls because ours asks for no access to any host: with such
access, GET requests would come without, and a token could not be tied to whom it was given.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from khoj_lite.errors import AuthError, ForbiddenError, KhojLiteError, StorageError

if TYPE_CHECKING:
    from khoj_lite.server.guard import Request
    from khoj_lite.store.grants import Grant, Scope

FindGrant = Callable[[str, str], "Grant | None"]
CLAIM = "/api/v1/grants/token"
"""Where a program fetches its token, with a secret instead of one."""
OWN = "/api/v1/grants/own"
"""What a program was granted; taking it back."""
_ORIGIN = re.compile(
    r"chrome-extension://[a-p]{32}|moz-extension://[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
_CALLS: dict[Scope, re.Pattern[str]] = {
    "search": re.compile(r"GET /api/v1/(search|similar|suggest|note|entries/\d+)"),
    "ask": re.compile(r"POST /api/v1/chat"),
    "clip": re.compile(r"POST /api/v1/clips"),
}
"""What each scope opens, and all that it opens."""
_ANY = re.compile(rf"GET /api/v1/health|(GET|DELETE) {OWN}")


def is_extension(origin: str) -> bool:
    """Whether an Origin is that of a browser's extension, as Chromium and Firefox write it."""
    return _ORIGIN.fullmatch(origin) is not None


def claims(request: Request) -> bool:
    """Whether this asks for a token by its secret."""
    return request.method == "POST" and request.path == CLAIM


def refusal(request: Request, origin: str, find: FindGrant) -> KhojLiteError | None:
    """Why an extension's request is refused; None when it was granted."""
    if claims(request):
        return None
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    try:
        grant = find(token.strip(), origin) if scheme.lower() == "bearer" else None
    except StorageError as fault:
        return fault
    if grant is None:
        return AuthError(
            "this browser extension is not connected", "Connect it in its panel, then allow it."
        )
    call = f"{request.method} {request.path}"
    if _ANY.fullmatch(call) or any(_CALLS[scope].fullmatch(call) for scope in grant.scopes):
        return None
    return ForbiddenError(
        "this was not granted to the browser extension", "Connect it anew to grant more."
    )
