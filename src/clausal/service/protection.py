"""What stands before every route: host, size and time of the request, who sends it, how often, and what a page may do.

Plain ASGI, in the order in which `app` puts them. docs/security.md tells which threat each of them meets.
"""

from __future__ import annotations

import asyncio
import hmac
import re
import time
from collections.abc import Callable, Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clausal.service.configuration import LOOPBACK, Configuration
from clausal.service.identity import NOBODY, Doorkeeper, Identity
from clausal.service.observed import Observed
from clausal.service.problems import Refusal, is_for_page, of_disk, response
from clausal.service.roles import Permission, may
from clausal.store.database import StoreFault
from clausal.store.identifiers import new_id

SAFE = ("GET", "HEAD", "OPTIONS")
UPLOADS: Mapping[str, Permission] = {"/api/v1/adjudications": "claims", "/api/v1/impacts": "impact"}
"""What takes files, and what it needs."""
OPEN = ("/sign-out",)
"""What nobody in particular may send a change to."""
READING = ("/api/v1/decide", "/api/v1/next-question", "/api/v1/why-not", "/api/v1/prices")
"""What is sent to be answered, and changes nothing."""
CSRF_HEADER, CSRF_FIELD = "x-csrf-token", "csrf_token"
FORM = "application/x-www-form-urlencoded"
MOST_FORM = 64 << 10
"""Bytes of a form of ours that brings its secret as a field."""
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")
log = structlog.get_logger("clausal.request")


class Watched:
    """Gives each request its number, its line in the log and its headers; a failure of ours ends in a problem."""

    def __init__(self, app: ASGIApp, configuration: Configuration, observed: Observed) -> None:
        self._app = app
        self._observed = observed
        self._is_secure = configuration.origin.startswith("https://")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope).get("x-request-id", "")
        number = asked if _ID.match(asked) else new_id()
        scope.setdefault("state", {})["request"] = number
        is_odd = "\x00" in scope["path"] or b"%00" in scope.get("query_string", b"")
        structlog.contextvars.bind_contextvars(request=number)
        began = time.perf_counter()
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._head(MutableHeaders(scope=message), number)
            await send(message)

        try:
            with self._observed.in_flight():
                if is_odd:
                    refusal = Refusal(400, "an address has no NUL characters")
                    await response(refusal, number)(scope, receive, sending)
                    return
                await self._guarded(scope, receive, sending, lambda: status)
        finally:
            seconds = time.perf_counter() - began
            route = getattr(scope.get("route"), "path", "") or "(none)"
            self._observed.request(route, scope["method"], status, seconds)
            identity: Identity = scope["state"].get("identity", NOBODY)
            log.info(
                "request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1),
                who=identity.person.subject or "-",
            )  # fmt: skip
            structlog.contextvars.unbind_contextvars("request")

    async def _guarded(self, scope: Scope, receive: Receive, send: Send, status: Callable[[], int]) -> None:
        number = scope["state"]["request"]
        try:
            await self._app(scope, receive, send)
            return
        except Refusal as error:
            refusal = error
        except StoreFault as error:
            refusal = of_store(error)
            log.error("store", kind=error.kind)
        except UnicodeEncodeError:
            refusal = Refusal(400, "a text in it is no Unicode", "half of a pair of surrogates stands alone")
        except OSError as error:
            refusal = of_disk(error)
            log.error("disk", kind=type(error).__name__, number=error.errno)
        except Exception as error:  # whatever it is, its words may hold what a client sent: only its kind is logged
            refusal = Refusal(
                500, "the service failed; nothing was changed by this request", "tell the operator its id"
            )
            log.error("failed", kind=type(error).__name__, at=_place(error))
        if not status():
            as_page = is_for_page(scope["method"], scope["path"], Headers(scope=scope).get("accept", ""))
            await response(refusal, number, as_page=as_page)(scope, receive, send)

    def _head(self, headers: MutableHeaders, number: str) -> None:
        headers["x-request-id"] = number
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("cache-control", "no-store")
        if self._is_secure:
            headers.setdefault("strict-transport-security", "max-age=31536000")
        if "server" in headers:
            del headers["server"]


def of_store(fault: StoreFault) -> Refusal:
    """A fault of the database as a client is told of it."""
    status = 507 if fault.kind == "full" else 503
    return Refusal(status, fault.message, fault.hint, headers={"Retry-After": "2"})


def _place(error: BaseException) -> str:
    """Where an error arose: module and line."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}" if trace else "?"


class OfHost:
    """Refuses a request for another host: a page elsewhere cannot make a browser speak with us under its own name."""

    def __init__(self, app: ASGIApp, configuration: Configuration) -> None:
        self._app = app
        self._hosts = set(LOOPBACK) | {configuration.address} if configuration.address in LOOPBACK else set()
        if configuration.public_url:
            self._hosts.add(_host(configuration.public_url.partition("://")[2]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._hosts:
            host = _host(Headers(scope=scope).get("host", ""))
            if host not in self._hosts and not scope["path"].startswith("/-/"):
                raise Refusal(421, "this host is not served here", "use the address that was printed")
        await self._app(scope, receive, send)


def _host(text: str) -> str:
    """The host of `host:port`."""
    if text.startswith("["):
        return text[1:].partition("]")[0].lower()
    return text.partition("/")[0].partition(":")[0].lower()


class Sized:
    """Limits how large a request may be, and how long its client may take to send it."""

    def __init__(self, app: ASGIApp, configuration: Configuration) -> None:
        self._app = app
        self._limits = configuration.limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_upload = scope["method"] == "POST" and scope["path"] in UPLOADS
        most = self._limits.upload_mb << 20 if is_upload else self._limits.body_kb << 10
        told = Headers(scope=scope).get("content-length", "")
        if told.isdecimal() and int(told) > most:
            raise _too_large(most, is_upload=is_upload)
        seen = 0
        ends = None if is_upload else time.monotonic() + self._limits.body_seconds
        whole = False

        async def receiving() -> Message:
            nonlocal seen, whole
            if whole:
                return await receive()  # only a client that goes away is still to be told of
            left = self._limits.idle_seconds
            if ends is not None:
                left = min(left, max(ends - time.monotonic(), 0.001))
            try:
                async with asyncio.timeout(left):
                    message = await receive()
            except TimeoutError:
                raise Refusal(408, "the request did not come in time", "send it again", headers=_CLOSE) from None
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                whole = not message.get("more_body", False)
                if seen > most:
                    raise _too_large(most, is_upload=is_upload)
            return message

        await self._app(scope, receiving, send)


_CLOSE = {"Connection": "close"}


def _too_large(most: int, *, is_upload: bool) -> Refusal:
    size = f"{most >> 20} MiB" if most >= 1 << 20 else f"{most >> 10} KiB"
    hint = f"at most {size} are read here"
    if is_upload:
        hint += (
            "; a larger claim file goes by `clausal adjudicate`, or is named in the operator's folder (`claims_path`)"
        )
    return Refusal(413, "the request is too large", hint, headers=_CLOSE)


class Known:
    """Tells who sends a request; a change by a session is refused unless a page of ours sends it."""

    def __init__(self, app: ASGIApp, configuration: Configuration, doorkeeper: Doorkeeper, rates: Rates) -> None:
        self._app = app
        self._doorkeeper = doorkeeper
        self._rates = rates
        self._origin = configuration.public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/-/"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            identity = await self._doorkeeper.identify(headers.get("authorization", ""), cookies_of(headers))
        except Refusal:
            self._rates.strange(address_of(scope))
            raise
        scope["state"]["identity"] = identity
        if scope["method"] not in SAFE:
            self._check_origin(scope, headers)
            _check_before_body(scope, identity)
            if identity.way == "session":
                receive = await _with_secret(headers, identity, receive)
        self._rates.take(identity.person.subject or address_of(scope))
        await self._app(scope, receive, send)

    def _check_origin(self, scope: Scope, headers: Headers) -> None:
        """Browsers say from which page a change comes; programs do not.

        A form of a page without referrer, as all of ours are, comes from the origin `null`; of such a one the fetch
        metadata alone tell, which no page can write.
        """
        site = headers.get("sec-fetch-site", "")
        origin = headers.get("origin", "")
        own = self._origin or f"{scope.get('scheme', 'http')}://{headers.get('host', '')}"
        is_own = origin in ("", own) or (origin == "null" and site == "same-origin")
        if site in ("cross-site", "same-site") or not is_own:
            raise Refusal(403, "the request comes from a page of another site", "use the pages of this service")


def _check_before_body(scope: Scope, identity: Identity) -> None:
    """Refuse who may not, before anything of the request's body is taken in."""
    if identity.way == "nobody" and scope["path"] not in OPEN:
        hint = "send `Authorization: Bearer TOKEN`, or sign in"
        raise Refusal(401, "nobody is signed in", hint, headers={"WWW-Authenticate": "Bearer", **_CLOSE})
    needed = UPLOADS.get(scope["path"])
    if needed and not may(identity.person.roles, needed):
        raise Refusal(403, "this role may not do that", "ask for a role that runs claim files", headers=_CLOSE)


async def _with_secret(headers: Headers, identity: Identity, receive: Receive) -> Receive:
    """The request, if it brings its session's secret: in a header, or as a field of a form of ours; else Refusal."""
    sent = headers.get(CSRF_HEADER, "")
    length = headers.get("content-length", "")
    is_small = length.isdecimal() and int(length) <= MOST_FORM
    if not sent and is_small and headers.get("content-type", "").startswith(FORM):
        raw, receive = await _read(receive)
        sent = (parse_qs(raw.decode("utf-8", "replace")).get(CSRF_FIELD) or [""])[0]
    if not hmac.compare_digest(sent.encode(), identity.csrf.encode()):
        hint = "send the X-CSRF-Token that /api/v1/me tells; programs use a token instead of a session"
        raise Refusal(403, "the request does not bring its session's secret", hint)
    return receive


async def _read(receive: Receive) -> tuple[bytes, Receive]:
    """The whole body, and a way to receive it again."""
    parts: list[bytes] = []
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            break
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    raw = b"".join(parts)
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": raw, "more_body": False}

    return raw, again


def cookies_of(headers: Headers) -> dict[str, str]:
    """The cookies of a request."""
    try:
        return {name: one.value for name, one in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def address_of(scope: Scope) -> str:
    """The address that a request comes from."""
    client: tuple[str, int] | None = scope.get("client")
    return client[0] if client else "?"


class Rates:
    """How often somebody may come: a bucket that fills evenly for each person, and one for each address."""

    MOST = 20_000

    def __init__(self, configuration: Configuration, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = configuration.limits.requests_per_minute
        self._strange = configuration.limits.sign_ins_per_minute
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, who: str) -> None:
        """Count a request; raises Refusal for one too many."""
        self._count(f"request {who}", self._per_minute)

    def strange(self, address: str) -> None:
        """Count a wrong token; raises Refusal for one too many."""
        self._count(f"strange {address}", self._strange)

    def _count(self, key: str, per_minute: int) -> None:
        moment = self._clock()
        left, at = self._left.get(key, (float(per_minute), moment))
        left = min(float(per_minute), left + (moment - at) * per_minute / 60)
        if left < 1:
            wait = max(1, round((1 - left) * 60 / per_minute + 0.5))
            raise Refusal(429, "too many requests", f"try again in {wait} s", headers={"Retry-After": str(wait)})
        if len(self._left) >= self.MOST:
            self._left.clear()
        self._left[key] = left - 1, moment


class Timely:
    """Gives up an answer that takes too long, where nothing is changed by it: a change is kept or told as not kept."""

    def __init__(self, app: ASGIApp, configuration: Configuration) -> None:
        self._app = app
        self._seconds = configuration.limits.answer_seconds

    @staticmethod
    def _may_give_up(scope: Scope) -> bool:
        if scope["method"] in SAFE:
            return "/files/" not in scope["path"] and not scope["path"].endswith("/export")
        return scope["path"] in READING

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._may_give_up(scope):
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds):
                await self._app(scope, receive, send)
        except TimeoutError:
            raise Refusal(504, "the answer took too long", "ask for less at a time") from None
