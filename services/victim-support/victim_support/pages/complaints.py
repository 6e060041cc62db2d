"""Writing a complaint: its versions, what the person says of them, who got a copy, and the paper itself."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Staff
from ansim.errors import Message, NotFound
from ansim.journal import Unit
from ansim.printing import Printer
from ansim.web import Form
from ansim.web.outcome import carry_out_form
from ansim.web.said import SEOUL
from victim_support import queries as cases
from victim_support.commands import complaint as c
from victim_support.domain.complaint import NEEDS, ComplaintState
from victim_support.pages.desk import ROLES, today
from victim_support.queries import complaints as queries
from victim_support.queries import consents
from victim_support.story import story

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

STATES: Final = {
    ComplaintState.STARTED: ("open", Message("Begun, nothing written yet"), ""),
    ComplaintState.DRAFTED: ("half", Message("Written, not read by the person yet"), ""),
    ComplaintState.CHANGES_WANTED: ("half", Message("The person wants changes"), "soon"),
    ComplaintState.APPROVED: ("closed", Message("Approved by the person"), "ok"),
    ComplaintState.HANDED_OVER: ("done", Message("Handed over"), "ok"),
}


@dataclass(frozen=True, slots=True)
class Order:
    model: type[c.AboutComplaint]
    carry_out: Callable[[Unit, Any], Awaitable[None]]


ORDERS: Final = {
    "draft": Order(c.DraftComplaint, c.draft_complaint),
    "review": Order(c.ReviewComplaint, c.review_complaint),
    "hand-over": Order(c.HandOverComplaint, c.hand_over_complaint),
}


class ComplaintScreens:
    """One complaint's page and its paper."""

    def __init__(self, kit: "Kit") -> None:
        self.kit = kit
        self.printer = Printer(kit.settings.assets_folder)
        self.template = resources.files("victim_support").joinpath("templates", "complaint.typ").read_text()

    async def page(
        self,
        request: Request,
        staff: Staff,
        complaint_id: UUID,
        *,
        opened: bool = False,
        tried: str = "",
        form: Form[Any] | None = None,
        status: int = 200,
    ) -> Response:
        """`opened`: with the latest text, in the form for the next version."""
        async with self.kit.store.unit(self.kit.access.context(request, staff)) as unit:
            row = await queries.complaint(unit.conn, complaint_id)
            drafts = await queries.drafts_of(unit.conn, complaint_id)
            needs = dict.fromkeys(need for need in NEEDS.values() if need is not None)
            missing = await consents.missing(unit.conn, row.case_id, needs, today())
            events = await unit.timeline("complaint", complaint_id)
            await self.kit.access.record(unit.conn, unit.context.actor, "read", row.person, "complaint")
            text = await unit.open_sealed_of(drafts[0].event) if opened and drafts else {}
        return self.kit.web.page(
            request,
            "victim_support/complaint.html",
            status,
            complaint=row,
            state=STATES[row.state],
            drafts=drafts,
            opened=opened,
            text=text,
            missing=missing,
            tried=tried,
            form=form,
            changes=events[-1:] if status == 409 else [],
            events=events[::-1],
            story=story,
        )

    async def paper(self, request: Request, staff: Staff, complaint_id: UUID, number: int) -> Response:
        """A version as a tagged PDF. Printing it is a reading, and on record as that."""
        async with self.kit.store.unit(self.kit.access.context(request, staff)) as unit:
            row = await queries.complaint(unit.conn, complaint_id)
            draft = next((d for d in await queries.drafts_of(unit.conn, complaint_id) if d.number == number), None)
            if draft is None:
                raise NotFound("complaint", complaint_id)
            text = await unit.open_sealed_of(draft.event)
        parts = {name: text.get(name, "") for name in c.DraftText.model_fields}
        told = {
            "number": row.name,
            "version": number,
            "date": f"{draft.written_at.astimezone(SEOUL):%Y. %m. %d.}",
            "approved": row.approved == number,
        }
        pdf = await self.printer.pdf(self.template, {**parts, **told})
        headers = {"Content-Disposition": f'inline; filename="{row.name}-{number}.pdf"', "Cache-Control": "no-store"}
        return Response(pdf, media_type="application/pdf", headers=headers)


def routes(kit: "Kit") -> APIRouter:
    router, screens = APIRouter(), ComplaintScreens(kit)
    worker = Depends(kit.access.staff(*ROLES))

    @router.post("/cases/{case_id}/complaints")
    async def start(request: Request, case_id: UUID, staff: Staff = worker) -> Response:
        form = await kit.web.form(request, c.StartComplaint, case=case_id)
        outcome = await carry_out_form(kit, request, kit.access.context(request, staff), form, c.start_complaint)
        if outcome.done:
            return kit.web.see_other(f"/complaints/{outcome.made}")
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            case = await cases.case(unit.conn, case_id)
        return kit.web.page(request, "victim_support/complaint_refused.html", 422, case=case, form=outcome.form)

    @router.get("/complaints/{complaint_id}")
    async def show(request: Request, complaint_id: UUID, staff: Staff = worker) -> Response:
        return await screens.page(request, staff, complaint_id)

    @router.get("/complaints/{complaint_id}/text")
    async def text(request: Request, complaint_id: UUID, staff: Staff = worker) -> Response:
        return await screens.page(request, staff, complaint_id, opened=True)

    @router.get("/complaints/{complaint_id}/versions/{number}.pdf")
    async def paper(request: Request, complaint_id: UUID, number: int, staff: Staff = worker) -> Response:
        return await screens.paper(request, staff, complaint_id, number)

    @router.post("/complaints/{complaint_id}/{name}")
    async def do(request: Request, complaint_id: UUID, name: str, staff: Staff = worker) -> Response:
        order = ORDERS.get(name)
        if order is None:
            raise NotFound("page", name)
        form = await kit.web.form(request, order.model, complaint=complaint_id)
        outcome = await carry_out_form(kit, request, kit.access.context(request, staff), form, order.carry_out)
        if outcome.done:
            return kit.web.see_other(f"/complaints/{complaint_id}")
        opened = name == "draft"
        return await screens.page(
            request, staff, complaint_id, opened=opened, tried=name, form=outcome.form, status=outcome.status
        )

    return router
