"""Who is asking, and may they: the one object that routes and the runtime use."""

import re
from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import quote
from uuid import UUID, uuid4

import asyncpg
import structlog
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ansim.access.attempt import Attempts
from ansim.access.log import AccessLog, Action, Connection, Who, stand_at
from ansim.access.oidc import Provider
from ansim.access.roles import Role
from ansim.access.service_calls import ServiceCalls, service_actor
from ansim.access.sessions import LONGEST, Sessions, csrf_of
from ansim.access.staff import Staff, StaffMember, acting_role, find_staff, seed_demo_staff
from ansim.errors import Forbidden
from ansim.journal import Actor, Context
from ansim.telemetry import Metrics, correlationid, route_template
from ansim.vault import derive, kek_from
from ansim.web.csrf import HEADER as CSRF_HEADER
from ansim.web.csrf import Csrf, CsrfRefused
from ansim.web.i18n import language_of
from ansim.web.problems import for_programs

if TYPE_CHECKING:
    from ansim.runtime.settings import Settings

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_PUBLIC: Final = "public"
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_LONGEST_TOKEN: Final = 8192

log = structlog.get_logger("access")


class SignInNeeded(HTTPException):
    """Nobody is signed in. A page leads to `/sign-in` and back; a program gets 401."""

    def __init__(self, request: Request) -> None:
        if for_programs(request):
            super().__init__(401, headers={"WWW-Authenticate": 'Bearer realm="ansim"'})
        else:
            back = request.url.path if request.method in _SAFE else "/"
            if request.method in _SAFE and request.url.query:
                back += "?" + request.url.query
            super().__init__(303, headers={"Location": f"/sign-in?back={quote(back, safe='/')}"})


class Access:
    """Sign-in, roles, and the access record of one service.

    `base_url` is the service's own address: where the provider sends people back to, and whether cookies are Secure.
    """

    def __init__(
        self,
        *,
        package: str,
        base_url: str,
        pool: asyncpg.Pool,
        provider: Provider,
        key: bytes,
        demo: bool = False,
        metrics: Metrics | None = None,
        calls: ServiceCalls | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.cookie = f"ansim_{package}_session"
        self.attempt_cookie = f"ansim_{package}_sign_in"
        self.base_url = base_url.rstrip("/")
        self.secure = self.base_url.startswith("https://")
        self.provider = provider
        self.attempts = Attempts(key)
        self.sessions = Sessions(pool, now)
        self.log = AccessLog()
        self.metrics = metrics
        self._calls = calls
        self._pool = pool
        self._demo = demo
        self._seeded = False
        self._now = now

    @classmethod
    def of(
        cls, settings: "Settings", *, slug: str, package: str, pool: asyncpg.Pool, metrics: Metrics | None = None
    ) -> Self:
        """From the settings of a process. Raises Fatal when the key-encryption key is missing or weak."""
        secret = settings.oidc_client_secret.get_secret_value()
        kek = kek_from(settings.kek.get_secret_value())
        return cls(
            package=package,
            base_url=settings.urls.get(slug) or f"http://{settings.host}:{settings.port}",
            pool=pool,
            provider=Provider(settings.oidc_issuer, settings.oidc_client_id, secret),
            key=derive(kek, f"sign-in|{slug}"),
            demo=settings.demo,
            metrics=metrics,
            calls=ServiceCalls(kek, slug, pool),
        )

    @property
    def calls(self) -> ServiceCalls:
        """This service's signed calls to others, and theirs to it."""
        if self._calls is None:
            raise ValueError("made without the key for calls between services")
        return self._calls

    async def member(self, subject: str) -> StaffMember | None:
        """The active staff member with this subject. In the demo the invented people are staff."""
        if self._demo and not self._seeded:
            await seed_demo_staff(self._pool)
            self._seeded = True
        return await find_staff(self._pool, subject)

    async def close(self) -> None:
        await self.provider.close()

    def install(self, app: FastAPI) -> None:
        """Leads people who are not signed in to the sign-in page, and tells programs with 401."""
        app.add_exception_handler(SignInNeeded, _lead_to_sign_in)

    @property
    def callback_url(self) -> str:
        return f"{self.base_url}/sign-in/callback"

    def staff(self, *roles: Role | str) -> Callable[[Request], Awaitable[Staff]]:
        """A FastAPI dependency: the staff member who asks, in one of `roles` (none: any staff).

        Raises SignInNeeded (page: redirect, program: 401), Forbidden for another role, CsrfRefused when a program's
        changing request comes with a cookie and without the session's token (pages check theirs with the form).
        """
        wanted = frozenset(map(Role, roles))

        async def require(request: Request) -> Staff:
            member = await self._member(request)
            role, own = acting_role(member.roles, wanted), acting_role(member.roles, ())
            if own is None:
                raise Forbidden("no role at all")
            staff = Staff(
                member.subject, member.name, role or own, member.roles, member.team, language_of(request), member.member
            )
            request.state.staff = staff  # a refusal too is a page of their desk
            if role is None:
                raise Forbidden(f"none of the roles {', '.join(sorted(wanted))}")
            return staff

        return require

    async def subject(self, request: Request) -> str:
        """Whose bearer token this is. Raises SignInNeeded when there is none or it is not valid."""
        token = _bearer(request)
        subject = await self.provider.subject_of(token) if token else None
        if subject is None:
            if token is not None:
                log.warning("token_refused", reason="not_valid")
            raise SignInNeeded(request)
        stand_at(route_template(request.scope))
        return subject

    def context(self, request: Request, staff: Staff) -> Context:
        """What a command of this staff member is stamped with: now, this request's correlation id, and their team."""
        actor = Actor(staff.subject, staff.role.value, staff.name)
        return replace(self._context(request, actor), team=staff.team, all_teams=staff.sees_all_teams)

    def anonymous(self, request: Request, role: str = _PUBLIC) -> Context:
        """The same for somebody without an account. Nothing about them is kept."""
        return self._context(request, Actor(role, role))

    def partner(self, request: Request, subject: str) -> Context:
        """The same for a partner agency's program."""
        return self._context(request, Actor(subject, Role.partner.value))

    def service(self, request: Request, slug: str) -> Context:
        """The same for another service of the suite (see `calls`). It acts for no team and sees the records of all."""
        return replace(self._context(request, service_actor(slug)), all_teams=True)

    async def record(self, conn: Connection, actor: Who, action: Action | str, person: UUID | None, what: str) -> None:
        """Writes one entry to the access record in the caller's transaction (see `AccessLog.record`)."""
        await self.log.record(conn, actor, action, person, what)

    async def record_list(
        self, conn: Connection, actor: Who, action: Action | str, persons: Collection[UUID], what: str
    ) -> None:
        """One entry for each person whom a list showed (see `AccessLog.record_list`)."""
        await self.log.record_list(conn, actor, action, persons, what)

    async def sign_in_as(self, subject: str) -> dict[str, str]:
        """The cookies of a new session, without asking the provider. For tests, and refused outside the demo."""
        if not self._demo or await self.member(subject) is None:
            raise Forbidden("only the demo signs people in by name")
        return {self.cookie: await self.sessions.start(subject)}

    def csrf_of(self, cookies: dict[str, str]) -> str:
        """The form token of the session in these cookies."""
        return csrf_of(cookies[self.cookie])

    def set_session(self, response: Response, token: str) -> None:
        seconds = int(LONGEST.total_seconds())
        response.set_cookie(self.cookie, token, seconds, httponly=True, samesite="lax", secure=self.secure)

    async def _member(self, request: Request) -> StaffMember:
        stand_at(route_template(request.scope))
        if _bearer(request) is not None:
            member = await self.member(await self.subject(request))
            if member is None:
                raise Forbidden("a valid token of somebody who is not staff here")
            return member
        token = request.cookies.get(self.cookie, "")
        found = await self.sessions.find(token) if token else None
        if found is None:
            raise SignInNeeded(request)
        request.state.csrf = csrf_of(token)
        if for_programs(request) and request.method not in _SAFE:
            Csrf.check_site(request)
            if request.headers.get(CSRF_HEADER, "") != request.state.csrf:
                raise CsrfRefused("a cookie alone changes nothing")
        return found

    def _context(self, request: Request, actor: Actor) -> Context:
        stand_at(route_template(request.scope))
        known = getattr(request.state, "correlationid", None)
        return Context(actor, self._now(), known or correlationid() or uuid4())


def _bearer(request: Request) -> str | None:
    """The token in the header, "" for one that no provider can have made (RFC 6750), None where there is no token."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    return token if len(token) <= _LONGEST_TOKEN and _TOKEN.fullmatch(token) else ""


async def _lead_to_sign_in(request: Request, error: Exception) -> Response:
    if not isinstance(error, SignInNeeded) or error.headers is None or error.status_code != 303:
        return await _told_by_web(request, error)
    return RedirectResponse(error.headers["Location"], status_code=303)


async def _told_by_web(request: Request, error: Exception) -> Response:
    handler = request.app.exception_handlers[HTTPException]
    response: Response = await handler(request, error)
    return response
