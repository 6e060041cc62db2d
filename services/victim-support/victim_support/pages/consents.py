"""Consents: asking for one, its answer, narrowing and withdrawing it, and handing over on another basis."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Staff
from ansim.errors import NotFound
from ansim.journal import Unit
from ansim.web import Command
from ansim.web.outcome import Outcome, changes_of
from victim_support import commands as c
from victim_support import queries
from victim_support.pages.case import look_at
from victim_support.pages.desk import ROLES, carry_out, today
from victim_support.story import story

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

Act = Callable[[Unit, Any], Awaitable[UUID | None]]

BEGIN: Final[tuple[tuple[str, type[Command], Act], ...]] = (
    ("new", c.AskConsent, c.ask_consent),
    ("override", c.OverrideConsent, c.override_consent),
)
GO_ON: Final[tuple[tuple[str, type[Command], Act], ...]] = (
    ("give", c.GiveConsent, c.give_consent),
    ("decline", c.DeclineConsent, c.decline_consent),
    ("narrow", c.NarrowConsent, c.narrow_consent),
    ("withdraw", c.WithdrawConsent, c.withdraw_consent),
)


def routes(kit: "Kit") -> APIRouter:
    router = APIRouter()
    for name, model, act in BEGIN:
        _begin(router, kit, name, model, act)
    router.include_router(_one(kit))
    return router


def _begin(router: APIRouter, kit: "Kit", name: str, model: type[Command], act: Act) -> None:
    worker = Depends(kit.access.staff(*ROLES))

    async def page(request: Request, staff: Staff, case_id: UUID, again: Outcome[Any] | None = None) -> Response:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await look_at(kit, unit, case_id)
            events = await queries.happened_on(unit.conn, "case", case_id)
        return kit.web.form_page(
            request,
            "victim_support/consent_new.html",
            again,
            case=row,
            override=name == "override",
            changes=changes_of(again, events),
            story=story,
        )

    @router.get(f"/cases/{{case_id}}/consents/{name}", name=f"consent_{name}")
    async def ask(request: Request, case_id: UUID, staff: Staff = worker) -> Response:
        return await page(request, staff, case_id)

    @router.post(f"/cases/{{case_id}}/consents/{name}")
    async def record(request: Request, case_id: UUID, staff: Staff = worker) -> Response:
        again, home = partial(page, request, staff, case_id), f"/cases/{case_id}/consents"
        return await carry_out(
            kit, request, staff, model, act, then=lambda made: f"{home}/{made}", again=again, case=case_id
        )


def _one(kit: "Kit") -> APIRouter:
    router = APIRouter()
    worker = Depends(kit.access.staff(*ROLES))

    async def page(
        request: Request,
        staff: Staff,
        case_id: UUID,
        consent_id: UUID,
        tried: str = "",
        again: Outcome[Any] | None = None,
    ) -> Response:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.consent(unit.conn, consent_id)
            if row.case_id != case_id:
                raise NotFound("consent", consent_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "consent")
            events = await queries.happened_on(unit.conn, "consent", consent_id)
        return kit.web.form_page(
            request,
            "victim_support/consent.html",
            again,
            tried=tried,
            consent=row,
            events=events,
            changes=changes_of(again, events),
            story=story,
            today=today(),
        )

    @router.get("/cases/{case_id}/consents/{consent_id}")
    async def show(request: Request, case_id: UUID, consent_id: UUID, staff: Staff = worker) -> Response:
        return await page(request, staff, case_id, consent_id)

    for name, model, act in GO_ON:
        _go_on(router, kit, worker, page, name, model, act)
    return router


def _go_on(
    router: APIRouter,
    kit: "Kit",
    worker: Any,
    page: Callable[..., Awaitable[Response]],
    name: str,
    model: type[Command],
    act: Act,
) -> None:
    @router.post(f"/cases/{{case_id}}/consents/{{consent_id}}/{name}")
    async def record(request: Request, case_id: UUID, consent_id: UUID, staff: Staff = worker) -> Response:
        again = partial(page, request, staff, case_id, consent_id, name)
        then = f"/cases/{case_id}"
        return await carry_out(kit, request, staff, model, act, then=lambda _: then, again=again, consent=consent_id)
