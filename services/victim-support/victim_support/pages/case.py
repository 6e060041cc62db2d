"""One case: the thing to know first, plan, items and record, the same with name and contact."""

from typing import TYPE_CHECKING, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Staff
from ansim.journal import Unit
from ansim.privacy.erasure.keeping import tombstone
from ansim.privacy.retention.keeping import kept
from victim_support import queries
from victim_support.pages.complaints import STATES as COMPLAINT_STATES
from victim_support.pages.desk import ROLES, now, today
from victim_support.pages.lives import lives_of, pressing, time_online
from victim_support.privacy import PRIVACY, must_ask
from victim_support.queries import CaseRow
from victim_support.queries.complaints import complaints_of
from victim_support.story import story

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

FIRST_EVENTS: Final = 12
"""So many events of the record stand on the page of a case; the rest is one click away."""


def routes(kit: "Kit") -> APIRouter:
    router = APIRouter()
    worker = Depends(kit.access.staff(*ROLES))

    async def page(
        request: Request, staff: Staff, case_id: UUID, *, opened: bool = False, events_shown: int | None = FIRST_EVENTS
    ) -> Response:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await look_at(kit, unit, case_id)
            items = await queries.items_of(unit.conn, case_id)
            consents = await queries.consents_of(unit.conn, case_id)
            lives = await lives_of(unit, case_id, now())
            complaints = await complaints_of(unit.conn, case_id)
            events = await queries.happened(unit.conn, row)
            texts = await unit.open_sealed_of(await queries.sealed_texts(unit.conn, case_id)) if opened else None
            guardian = await unit.open_sealed_of(row.guardian_event) if opened and row.guardian_event else {}
            told = await queries.told_before(unit.conn, case_id)
            erased, until = await tombstone(unit.conn, row.person), await kept(unit.conn, case_id)
            told_texts = await unit.open_sealed_of(told.data_event) if opened and told and told.data_event else {}
        shown = events[:events_shown]
        passed = [item for item in items if item.late(today())]
        return kit.web.page(
            request,
            "victim_support/case.html",
            case=row,
            lives=lives,
            pressing=pressing(lives),
            up=time_online(lives),
            complaints=[(complaint, COMPLAINT_STATES[complaint.state]) for complaint in complaints],
            items=items,
            consents=consents,
            guardian=guardian,
            own_plan=row.plan_by == staff.subject,
            late=passed[0] if passed else None,
            opened=texts,
            told=told,
            erased=erased,
            kept=until,
            must_ask=must_ask(staff),
            may_keep=bool(staff.roles & set(PRIVACY.keepers)),
            told_texts=told_texts,
            events=shown,
            more_events=len(events) - len(shown),
            story=story,
            today=today(),
            now=now(),
        )

    @router.get("/cases/{case_id}")
    async def show(request: Request, case_id: UUID, staff: Staff = worker) -> Response:
        return await page(request, staff, case_id)

    @router.get("/cases/{case_id}/person")
    async def show_person(request: Request, case_id: UUID, staff: Staff = worker) -> Response:
        """A supervisor who is no support worker asks the custodian first."""
        if must_ask(staff):
            return kit.web.see_other(f"/cases/{case_id}/disclosure")
        return await page(request, staff, case_id, opened=True)

    @router.get("/cases/{case_id}/record")
    async def show_record(request: Request, case_id: UUID, staff: Staff = worker) -> Response:
        return await page(request, staff, case_id, events_shown=None)

    return router


async def look_at(kit: "Kit", unit: Unit, case_id: UUID) -> CaseRow:
    """The case, with this look on the access record."""
    row = await queries.case(unit.conn, case_id)
    await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "case")
    return row
