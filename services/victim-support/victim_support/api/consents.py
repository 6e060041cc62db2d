"""Consents and the later course of a case over JSON."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Response
from starlette.requests import Request

from ansim.access import Staff
from ansim.contracts.codes import (
    ConsentBy,
    ConsentContent,
    ConsentPurpose,
    ConsentRecipient,
    LegalBasis,
    OverrideReason,
)
from ansim.journal import Unit
from ansim.web import Command
from ansim.web.api import IdempotencyKey, Seen, Slice, body_of, created, tagged
from victim_support import commands as c
from victim_support import queries
from victim_support.api.doing import Answer, Doing, Done
from victim_support.domain.consent import ConsentState
from victim_support.pages.desk import ROLES

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

Act = Callable[[Unit, Any], Awaitable[UUID | None]]


class ConsentAnswer(Answer):
    consent_id: UUID
    number: int
    case_id: UUID
    purpose: ConsentPurpose
    recipient: ConsentRecipient
    asked_of: ConsentBy | None
    state: ConsentState
    content: frozenset[ConsentContent]
    withheld: frozenset[ConsentContent]
    until: date | None
    basis: LegalBasis | None
    reason: OverrideReason | None
    begun_at: datetime
    changed_at: datetime
    version: int


ON_CASE: Final[tuple[tuple[str, type[Command], Act], ...]] = (
    ("guardian", c.ConsiderGuardian, c.consider_guardian),
    ("approve", c.ApprovePlan, c.approve_plan),
    ("watch", c.WatchCase, c.watch_case),
    ("reopen", c.ReopenCase, c.reopen_case),
)
ON_CONSENT: Final[tuple[tuple[str, type[Command], Act], ...]] = (
    ("give", c.GiveConsent, c.give_consent),
    ("decline", c.DeclineConsent, c.decline_consent),
    ("narrow", c.NarrowConsent, c.narrow_consent),
    ("withdraw", c.WithdrawConsent, c.withdraw_consent),
)


def routes(kit: "Kit", doing: Doing) -> APIRouter:
    router = APIRouter(tags=["consents"])
    worker = Depends(kit.access.staff(*ROLES))
    _reads(router, kit, worker)
    _begin(router, doing, worker, "consents", c.AskConsent, c.ask_consent)
    _begin(router, doing, worker, "consents/override", c.OverrideConsent, c.override_consent)
    for path, model, act in ON_CASE:
        _on(router, doing, worker, f"/cases/{{record}}/{path}", "case", model, act)
    for path, model, act in ON_CONSENT:
        _on(router, doing, worker, f"/consents/{{record}}/{path}", "consent", model, act)
    return router


def _reads(router: APIRouter, kit: "Kit", worker: Any) -> None:
    @router.get("/cases/{case_id}/consents")
    async def list_consents(request: Request, case_id: UUID, staff: Staff = worker) -> Slice[ConsentAnswer]:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.case(unit.conn, case_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "consents")
            rows = await queries.consents_of(unit.conn, case_id)
        return Slice(items=[ConsentAnswer.model_validate(each) for each in rows])

    @router.get("/consents/{consent_id}")
    async def get_consent(
        request: Request, response: Response, consent_id: UUID, staff: Staff = worker
    ) -> ConsentAnswer:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.consent(unit.conn, consent_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "consent")
        tagged(response, row.version)
        return ConsentAnswer.model_validate(row)


def _begin(router: APIRouter, doing: Doing, worker: Any, path: str, model: type[Command], act: Act) -> None:
    body_model = body_of(model, "case", "seen")

    @router.post(f"/cases/{{case_id}}/{path}", status_code=201, name=act.__name__, description=act.__doc__)
    async def begin(
        request: Request,
        response: Response,
        case_id: UUID,
        body: body_model,  # type: ignore[valid-type]
        seen: Seen,
        key: IdempotencyKey = None,
        staff: Staff = worker,
    ) -> Done:
        command = model(case=case_id, seen=seen, **body.model_dump())  # type: ignore[attr-defined, call-arg]
        answer = await doing.once(request, staff, key, command, act, lambda made: ("consent", made))
        created(response, f"/consents/{answer.id}")
        return answer


def _on(
    router: APIRouter, doing: Doing, worker: Any, path: str, aggregate: str, model: type[Command], act: Act
) -> None:
    body_model = body_of(model, aggregate, "seen")
    body_default = (
        Body() if any(f.is_required() for f in body_model.model_fields.values()) else Body(default=body_model())
    )

    @router.post(path, name=act.__name__, description=act.__doc__)
    async def do(
        request: Request,
        record: UUID,
        seen: Seen,
        body: body_model = body_default,  # type: ignore[valid-type]
        key: IdempotencyKey = None,
        staff: Staff = worker,
    ) -> Done:
        command = model(**{aggregate: record}, seen=seen, **body.model_dump())  # type: ignore[attr-defined, call-arg]
        return await doing.once(request, staff, key, command, act, lambda _: (aggregate, record))
