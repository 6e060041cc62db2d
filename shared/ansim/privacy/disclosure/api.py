"""Disclosures for programs: the same commands and refusals as the screens."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from ansim.access import Role, Staff
from ansim.journal import Unit
from ansim.privacy.disclosure import keeping
from ansim.privacy.disclosure.decide import DisclosureState
from ansim.privacy.disclosure.keeping import Ask, Decide, DisclosureRow
from ansim.privacy.disclosure.screen import may_read
from ansim.web.api import AskedPage, IdempotencyKey, Seen, Slice, body_of, carry_out_once, created, tagged

if TYPE_CHECKING:
    from ansim.privacy.desk import PrivacyDesk
    from ansim.runtime.kit import Kit

DecideBody = body_of(Decide, "seen")


class DisclosureOut(BaseModel):
    """A request to see an identity. `until`: how long a granted one may be looked at."""

    id: UUID
    record: UUID
    matter: str
    state: DisclosureState
    version: int
    asked_at: datetime
    asked_by_name: str
    due_at: datetime
    decided_at: datetime | None
    decided_by_name: str | None
    until: datetime | None
    views: int

    @classmethod
    def of(cls, row: DisclosureRow) -> "DisclosureOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class ReasonsOut(BaseModel):
    """Why it was asked for, and why it was granted or refused: both sides read both."""

    asked: str
    decided: str


class IdentityOut(BaseModel):
    """The sealed texts that say who the person is, in the service's order."""

    texts: list[str]


def api(kit: "Kit", desk: "PrivacyDesk") -> APIRouter:
    router = APIRouter(tags=["disclosures"])
    reader = Depends(kit.access.staff(*desk.askers, Role.custodian, Role.privacy_officer))
    custodian, asker = Depends(kit.access.staff(Role.custodian)), Depends(kit.access.staff(*desk.askers))

    @router.post(f"/{desk.matters.kind}/{{record}}/disclosures", status_code=201)
    async def ask(
        request: Request, response: Response, record: UUID, body: Ask, key: IdempotencyKey = None, staff: Staff = asker
    ) -> DisclosureOut:
        """Ask to see who the person is. A custodian decides."""

        async def work(unit: Unit) -> dict[str, Any]:
            return {"id": str(await keeping.ask(unit, desk, record, body))}

        made = UUID((await carry_out_once(kit, request, kit.access.context(request, staff), key, work))["id"])
        created(response, f"/disclosures/{made}")
        return await read(request, response, made, staff)

    @router.get("/disclosures")
    async def listed(request: Request, page: AskedPage, staff: Staff = reader) -> Slice[DisclosureOut]:
        sees_all = bool(staff.roles & {Role.custodian, Role.privacy_officer})
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            rows, following = await keeping.disclosures(unit.conn, page, asked_by=None if sees_all else staff.subject)
            persons = [row.person for row in rows]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", persons, "disclosures")
        return Slice(items=[DisclosureOut.of(row) for row in rows], next=following)

    async def read(request: Request, response: Response, disclosure: UUID, staff: Staff) -> DisclosureOut:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await keeping.disclosure_of(unit.conn, disclosure)
            may_read(row, staff)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "disclosure")
        tagged(response, row.version)
        return DisclosureOut.of(row)

    @router.get("/disclosures/{disclosure}")
    async def one(request: Request, response: Response, disclosure: UUID, staff: Staff = reader) -> DisclosureOut:
        return await read(request, response, disclosure, staff)

    @router.get("/disclosures/{disclosure}/reasons")
    async def reasons(request: Request, disclosure: UUID, staff: Staff = reader) -> ReasonsOut:
        """Both reasons in words, opened; that goes to the access record."""
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await keeping.disclosure_of(unit.conn, disclosure)
            may_read(row, staff)
            asked, decided = await keeping.reasons_of(unit, row)
        return ReasonsOut(asked=asked, decided=decided)

    @router.post("/disclosures/{disclosure}/decide")
    async def decide(
        request: Request,
        response: Response,
        disclosure: UUID,
        body: DecideBody,  # type: ignore[valid-type]
        seen: Seen,
        key: IdempotencyKey = None,
        staff: Staff = custodian,
    ) -> DisclosureOut:
        """Grant or refuse, with a reason that the asker reads."""
        command = Decide(seen=seen, **body.model_dump())  # type: ignore[attr-defined]

        async def work(unit: Unit) -> dict[str, Any]:
            await keeping.decide(unit, desk, disclosure, command)
            return {}

        await carry_out_once(kit, request, kit.access.context(request, staff), key, work)
        return await read(request, response, disclosure, staff)

    @router.post("/disclosures/{disclosure}/view")
    async def view(request: Request, disclosure: UUID, key: IdempotencyKey = None, staff: Staff = asker) -> IdentityOut:
        """Who the person is, while that is allowed. Each look is recorded; a repeat of one look is not another."""

        async def work(unit: Unit) -> dict[str, Any]:
            await keeping.note_view(unit, desk, disclosure)
            return {}

        context = kit.access.context(request, staff)
        await carry_out_once(kit, request, context, key, work)
        async with kit.store.unit(context) as unit:
            identity = await keeping.look(unit, desk, disclosure)
        return IdentityOut(texts=[text for _, text in identity])

    return router
