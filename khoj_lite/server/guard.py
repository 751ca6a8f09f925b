"""Who may talk to the daemon: a pure decision about one request.

A server on loopback is not private by itself. Every web page the user opens runs code on this
machine, inside the browser, and the browser will send that code's requests to 127.0.0.1.

*DNS rebinding* is the worst form. The page `http://evil.example:42110` is loaded from its own
server, whose DNS answer lives for a second. Then the name is answered with 127.0.0.1. For the
browser nothing changed: same scheme, name and port, so the page's scripts may send requests to
us and read the answers, and CORS is never asked. One thing gives it away: the browser still
writes the name it believes in into `Host`. So a request is refused unless `Host` is a loopback
name (or the address the user configured) with our own port.

The other ways in, and what closes them:

- *A foreign page calls us openly.* The browser names it in `Origin`; only our own page and the
  two schemes of Obsidian's desktop and mobile apps are let in, and only they get CORS headers.
- *A foreign page includes us* (`<img>`, `<script>`, a link). No `Origin` is sent, but cookies
  may be: cookies know hosts, not ports, so `http://localhost:3000` is the "same site". Browsers
  say where such a request comes from in `Sec-Fetch-Site`, which no script can forge, so the
  cookie (and `server.open_loopback`) counts only for `same-origin` and `none` (typed, bookmarked).
- *An extension of the browser* is let in with a token of its own only: `guard_extension`.
- *Another program or user of this machine* has no browser to hold it back; it needs the token.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlencode, urlsplit

from khoj_lite.errors import AuthError, ForbiddenError, KhojLiteError
from khoj_lite.server.guard_extension import FindGrant, is_extension, refusal

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
APP_ORIGINS = frozenset({"app://obsidian.md", "capacitor://localhost"})
WILDCARD_HOSTS = frozenset({"0.0.0.0", "::"})
PROTECTED = ("/api/", "/v1/", "/mcp")
"""Whatever begins so needs the token. Everything else is the page's own files and the schema."""
PUBLIC = frozenset({"/api/v1/health"})
KHOJ_ORIGIN = "http://localhost"
"""Where Obsidian on Android says it is. Let in to Khoj's API alone, and with the token alone: a
page that this machine serves at port 80 calls itself the same."""
METHODS = "GET, POST, PUT, PATCH, DELETE"
HEADERS = "Authorization, Content-Type"
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """What the daemon allows. `host` is the address it listens on, `port` the real port."""

    token: str
    port: int
    host: str = "127.0.0.1"
    open_loopback: bool = False
    find_grant: FindGrant = lambda token, origin: None

    @property
    def cookie(self) -> str:
        """The cookie's name. The port is in it: cookies are shared by all ports of a host."""
        return f"khoj_lite_{self.port}"


@dataclass(frozen=True, slots=True)
class Request:
    """The parts of a request that decide. `headers` have lower-case names; `client` is an IP."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    client: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do: refuse with `error`; answer `status` at once; or, with neither, let it through.

    `headers` go on the answer in every case.
    """

    headers: Headers = ()
    error: KhojLiteError | None = None
    status: int | None = None


def judge(policy: Policy, request: Request) -> Verdict:
    """The verdict on one request: host, then origin, then (where needed) the token."""
    if not host_allowed(policy, request.headers.get("host", "")):
        return Verdict(
            error=ForbiddenError(
                "this address is not one the daemon answers to",
                f"Open http://127.0.0.1:{policy.port}/ instead.",
            )
        )
    origin = request.headers.get("origin")
    if origin is not None and is_extension(origin):
        return _judge_extension(policy, request, origin)
    khoj = of_khoj(request.path)
    if origin is not None and not (
        origin_allowed(policy, origin) or (khoj and origin == KHOJ_ORIGIN)
    ):
        return Verdict(
            headers=(("vary", "Origin"),),
            error=ForbiddenError(
                f"pages from {origin[:100]} may not use this program",
                "Only its own page and Obsidian are let in.",
            ),
        )
    cors = cors_headers(origin)
    if request.method == "OPTIONS" and origin and _asks(request, "access-control-request-method"):
        return Verdict(headers=cors + preflight_headers(request), status=204)
    if request.path == "/" and request.method == "GET":
        token = parse_qs(request.query).get("token", [""])[-1]
        if token:
            return _sign_in(policy, token, request.query)
    if not needs_token(request.path) or _may_enter(policy, request):
        return Verdict(headers=cors)
    return Verdict(headers=cors, error=AuthError("the token is missing or wrong"))


def _judge_extension(policy: Policy, request: Request, origin: str) -> Verdict:
    """The verdict on an extension's request. It may read a refusal; it never gets credentials."""
    cors: Headers = (("vary", "Origin"), ("access-control-allow-origin", origin))
    if request.method == "OPTIONS" and _asks(request, "access-control-request-method"):
        return Verdict(headers=cors + preflight_headers(request), status=204)
    return Verdict(headers=cors, error=refusal(request, origin, policy.find_grant))


def needs_token(path: str) -> bool:
    """Whether a path gives access to notes or settings, rather than to the page's own files."""
    return path not in PUBLIC and f"{path}/".startswith(PROTECTED)


def of_khoj(path: str) -> bool:
    """Whether a path is of Khoj's own API, which lies beside ours."""
    return path == "/api/v1/user" or (
        path.startswith("/api/") and not f"{path}/".startswith("/api/v1/")
    )


def host_allowed(policy: Policy, value: str) -> bool:
    """Whether a Host header names this daemon: a loopback name or the configured one, our port.

    When the user listens on every interface (0.0.0.0) any literal IP address is accepted too:
    an address typed as numbers has no DNS name to rebind.
    """
    name, port = _split_host(value)
    if port != policy.port:
        return False
    if name in LOOPBACK_NAMES or name == policy.host.lower():
        return True
    return policy.host in WILDCARD_HOSTS and _is_address(name)


def origin_allowed(policy: Policy, origin: str) -> bool:
    """Whether an Origin is our own page or one of Obsidian's apps; `null` never is."""
    if origin in APP_ORIGINS:
        return True
    scheme, _, host = origin.partition("://")
    return scheme == "http" and host_allowed(policy, host)


def cors_headers(origin: str | None) -> Headers:
    """The headers that let exactly this (already allowed) origin read the answer."""
    if origin is None:
        return (("vary", "Origin"),)
    return (
        ("vary", "Origin"),
        ("access-control-allow-origin", origin),
        ("access-control-allow-credentials", "true"),
    )


def preflight_headers(request: Request) -> Headers:
    """What a preflight asks for: methods, headers (Khoj's API allows any), and Chromium's private
    network access."""
    asked = (
        request.headers.get("access-control-request-headers", "") if of_khoj(request.path) else ""
    )
    headers: Headers = (
        ("access-control-allow-methods", METHODS),
        ("access-control-allow-headers", asked or HEADERS),
        ("access-control-max-age", "600"),
    )
    if _asks(request, "access-control-request-private-network"):
        headers += (("access-control-allow-private-network", "true"),)
    return headers


def token_matches(expected: str, given: str) -> bool:
    """Whether two tokens are equal, in a time that does not tell how much of them is."""
    return bool(expected) and hmac.compare_digest(expected.encode(), given.encode())


def _may_enter(policy: Policy, request: Request) -> bool:
    scheme, _, credential = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token_matches(policy.token, credential.strip()):
        return True
    origin = request.headers.get("origin")
    if not _own_context(request) or (origin is not None and not origin_allowed(policy, origin)):
        return False
    if policy.open_loopback and is_loopback(request.client):
        return True
    cookie = _cookie(request.headers.get("cookie", ""), policy.cookie)
    return token_matches(policy.token, cookie)


def _own_context(request: Request) -> bool:
    """Whether this is no foreign page's doing. An Origin, when there is one, was checked; so
    only what browsers send without Origin is left to tell apart."""
    if request.headers.get("origin") in APP_ORIGINS:
        return True
    return request.headers.get("sec-fetch-site", "none") in ("same-origin", "none")


def _sign_in(policy: Policy, token: str, query: str) -> Verdict:
    """Turns `/?token=...` into a cookie and a clean address, so that the token stays out of the
    history. A wrong token sets nothing; the page then says what to do."""
    rest = [(k, v) for k, values in parse_qs(query).items() for v in values if k != "token"]
    headers: Headers = (("location", "/" + ("?" + urlencode(rest) if rest else "")),)
    if token_matches(policy.token, token):
        attributes = "Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000"
        headers += (("set-cookie", f"{policy.cookie}={policy.token}; {attributes}"),)
    return Verdict(
        headers=(*headers, ("cache-control", "no-store"), ("referrer-policy", "no-referrer")),
        status=303,
    )


def _asks(request: Request, header: str) -> bool:
    return bool(request.headers.get(header))


def _cookie(header: str, name: str) -> str:
    try:
        morsel = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def is_loopback(host: str) -> bool:
    """Whether a name or address can only be this machine."""
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _split_host(value: str) -> tuple[str, int]:
    """Name (no brackets, lower case) and port of a Host header; port 0 when it is unreadable."""
    if value.strip() != value or any(c in value for c in "/@?#\\ ,"):
        return "", 0
    try:
        parts = urlsplit(f"http://{value}")
        return (parts.hostname or "").lower(), 80 if parts.port is None else parts.port
    except ValueError:
        return "", 0
