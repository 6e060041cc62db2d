"""`/sign-in`, `/sign-in/callback`, `/sign-out`."""

from typing import Final, Protocol

import structlog
from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ansim.access.access import Access
from ansim.access.attempt import LIFE_SECONDS, safe_path
from ansim.access.oidc import SignInRefused
from ansim.errors import Forbidden, Retriable
from ansim.telemetry import metrics
from ansim.web.csrf import FIELD

_ATTEMPT_PATH: Final = "/sign-in"

log = structlog.get_logger("access")


class _Csrf(Protocol):
    def check(self, request: Request, sent: str | None) -> None: ...


class _Web(Protocol):
    @property
    def csrf(self) -> _Csrf: ...


class HasAccess(Protocol):
    """The part of the kit that these routes need."""

    @property
    def access(self) -> Access: ...
    @property
    def web(self) -> _Web: ...


def routes(kit: HasAccess) -> APIRouter:
    """The routes by which people come in and go out."""
    router = APIRouter(include_in_schema=False)
    access = kit.access

    @router.get("/sign-in")
    async def sign_in(request: Request, back: str = "/") -> Response:
        return await _begin(access, back)

    @router.get("/sign-in/callback")
    async def callback(request: Request) -> Response:
        return await _finish(access, request)

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=10)
        sent = form.get(FIELD)
        return await _leave(access, kit.web.csrf, request, sent if isinstance(sent, str) else None)

    return router


async def _begin(access: Access, back: str) -> Response:
    attempt = access.attempts.begin(back)
    try:
        url = await access.provider.authorization_url(attempt, access.callback_url)
    except Retriable as error:
        _provider_away(access, error)
        raise
    response = RedirectResponse(url, status_code=303)
    response.set_cookie(
        access.attempt_cookie,
        access.attempts.to_cookie(attempt),
        LIFE_SECONDS,
        path=_ATTEMPT_PATH,
        httponly=True,
        samesite="lax",
        secure=access.secure,
    )
    return response


async def _finish(access: Access, request: Request) -> Response:
    """A new session for whom the provider proves, if they are staff here. The session before, if any, ends."""
    attempt = access.attempts.from_cookie(request.cookies.get(access.attempt_cookie, ""))
    try:
        if attempt is None:
            raise SignInRefused("attempt")
        subject = await access.provider.finish(attempt, dict(request.query_params), access.callback_url)
    except Retriable as error:
        _provider_away(access, error)
        raise
    except SignInRefused as error:
        log.warning("sign_in_refused", reason=error.reason)
        _count(access, "refused")
        raise HTTPException(400) from None
    member = await access.member(subject)
    if member is None:
        log.warning("sign_in_refused", reason="not_staff")
        _count(access, "refused")
        raise Forbidden("signed in at the provider, but not staff here")
    await access.sessions.end(request.cookies.get(access.cookie, ""))
    token = await access.sessions.start(subject)
    log.info("signed_in", role=min(member.roles, default=""))
    _count(access, "signed_in")
    response = RedirectResponse(safe_path(attempt.back), status_code=303)
    access.set_session(response, token)
    response.delete_cookie(access.attempt_cookie, path=_ATTEMPT_PATH)
    return response


async def _leave(access: Access, csrf: _Csrf, request: Request, sent: str | None) -> Response:
    """Ends the session here and at the provider. Without a session there is nothing to do, and no harm in saying so."""
    token = request.cookies.get(access.cookie, "")
    home = f"{access.base_url}/"
    if not token or await access.sessions.find(token) is None:
        return RedirectResponse("/", status_code=303)
    request.state.csrf = access.csrf_of(request.cookies)
    csrf.check(request, sent)
    await access.sessions.end(token)
    log.info("signed_out")
    try:
        elsewhere = await access.provider.end_session_url(home)
    except Retriable as error:
        _provider_away(access, error)
        elsewhere = None
    response = RedirectResponse(elsewhere or "/", status_code=303)
    response.delete_cookie(access.cookie)
    return response


def _provider_away(access: Access, error: Retriable) -> None:
    log.warning("provider_away", reason=type(error).__name__)
    _count(access, "provider_away")


def _count(access: Access, outcome: str) -> None:
    if access.metrics is not None:
        access.metrics.count(metrics.SIGN_INS, outcome=outcome)
