"""JSON for programs: the same deeds as the screens, with the same commands, rules and sentences.

Every POST may carry `Idempotency-Key` (a UUID: carried out once, a repeat gets the first answer) and, where it changes a
record, `If-Match` with the ETag that was read: another version now is refused with 409.
"""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel
from starlette.requests import Request

from ansim.access import Action, Staff
from ansim.journal import Unit
from ansim.web import Command
from ansim.web.api import AskedPage, IdempotencyKey, Seen, Slice, body_of, carry_out_once, created, tagged
from counseling import queries
from counseling.deeds import ACCEPT, ENROL, ON_ENROLMENT, ON_SESSION, REJECT, Deed
from counseling.domain.enrolment import EnrolmentStatus
from counseling.domain.referral import ReferralStatus
from counseling.pages.desk import ROLES
from counseling.rows import ActRow, AssessmentRow, EnrolmentRow, ReferralRow, SessionRow

if TYPE_CHECKING:
    from ansim.runtime import Kit

INNER: Final = {"sealed_event"}


class Record(BaseModel):
    """An enrolment with what was recorded in it; the last assessment counts."""

    enrolment: EnrolmentRow
    acts: list[ActRow]
    assessments: list[AssessmentRow]
    sessions: list[SessionRow]


def api(kit: "Kit") -> APIRouter:
    router = APIRouter(tags=["counseling"])
    router.include_router(_reading(kit))
    router.include_router(_opening(kit))
    router.add_api_route("/enrolments", _creating(kit, ENROL), methods=["POST"], status_code=201)
    _add(kit, router, "/referrals/{record}/accept", "referral", ACCEPT, creates="enrolments")
    _add(kit, router, "/referrals/{record}/reject", "referral", REJECT)
    for name, deed in ON_ENROLMENT.items():
        creates = "sessions" if name == "session" else ""
        _add(kit, router, f"/enrolments/{{record}}/{name}", "enrolment", deed, creates=creates)
    for name, deed in ON_SESSION.items():
        _add(kit, router, f"/sessions/{{record}}/{name}", "session", deed)
    return router


def _reading(kit: "Kit") -> APIRouter:
    router = APIRouter()
    signed_in = Depends(kit.access.staff(*ROLES))

    @router.get("/referrals")
    async def listed_referrals(
        request: Request,
        page: AskedPage,
        status: ReferralStatus | None = None,
        staff: Staff = signed_in,
    ) -> Slice[ReferralRow]:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            items, following = await queries.referrals(unit.conn, status, page)
            shown = [row.person for row in items]
            await kit.access.record_list(unit.conn, unit.context.actor, Action.listed, shown, "referrals")
        return Slice(items=items, next=following)

    @router.get("/enrolments", response_model_exclude={"items": {"__all__": INNER}})
    async def listed_enrolments(
        request: Request,
        page: AskedPage,
        status: EnrolmentStatus | None = None,
        staff: Staff = signed_in,
    ) -> Slice[EnrolmentRow]:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            items, following = await queries.enrolments(unit.conn, status, page)
            shown = [row.person for row in items]
            await kit.access.record_list(unit.conn, unit.context.actor, Action.listed, shown, "enrolments")
        return Slice(items=items, next=following)

    @router.get("/referrals/{record}")
    async def one_referral(request: Request, response: Response, record: UUID, staff: Staff = signed_in) -> ReferralRow:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.referral(unit.conn, record)
            await kit.access.record(unit.conn, unit.context.actor, Action.read, row.person, "referral")
        tagged(response, row.version)
        return row

    @router.get("/enrolments/{record}", response_model_exclude={"enrolment": INNER})
    async def one_enrolment(request: Request, response: Response, record: UUID, staff: Staff = signed_in) -> Record:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.enrolment(unit.conn, record)
            await kit.access.record(unit.conn, unit.context.actor, Action.read, row.person, "enrolment")
            acts = await queries.acts(unit.conn, record)
            assessments = await queries.assessments(unit.conn, record)
            planned = await queries.sessions_of(unit.conn, record)
        tagged(response, row.version)
        return Record(enrolment=row, acts=acts, assessments=assessments, sessions=planned)

    @router.get("/sessions/{record}")
    async def one_session(request: Request, response: Response, record: UUID, staff: Staff = signed_in) -> SessionRow:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.session(unit.conn, record)
            await kit.access.record(unit.conn, unit.context.actor, Action.read, row.person, "session")
        tagged(response, row.version)
        return row

    return router


def _opening(kit: "Kit") -> APIRouter:
    router = APIRouter()

    @router.get("/enrolments/{record}/person")
    async def person(
        request: Request, record: UUID, staff: Staff = Depends(kit.access.staff(*ROLES))
    ) -> dict[str, str]:
        """Name, guardian and school, {} when there are none or they were erased. Writes the access record."""
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.enrolment(unit.conn, record)
            return await unit.open_sealed_of(row.sealed_event) if row.sealed_event else {}

    return router


def _add(kit: "Kit", router: APIRouter, path: str, owner: str, deed: Deed[Any], *, creates: str = "") -> None:
    """One deed on a record, at the address the screens use. One that creates a record answers 201 with its Location."""
    status = 201 if creates else 200
    endpoint = _changing(kit, owner, deed, creates)
    router.add_api_route(path, endpoint, methods=["POST"], status_code=status, name=str(deed.title))


def _creating(kit: "Kit", deed: Deed[Any]) -> Callable[..., Coroutine[Any, Any, dict[str, UUID | None]]]:
    body_model = deed.command

    async def create(
        request: Request,
        response: Response,
        body: body_model,  # type: ignore[valid-type]  # FastAPI reads the command's own model at run time
        key: IdempotencyKey = None,
        staff: Staff = Depends(kit.access.staff(*ROLES)),
    ) -> dict[str, UUID | None]:
        answer = await _once(kit, request, staff, key, deed, body)
        created(response, f"/enrolments/{answer}")
        return {"id": answer}

    return create


def _changing(
    kit: "Kit", owner: str, deed: Deed[Any], creates: str
) -> Callable[..., Coroutine[Any, Any, dict[str, UUID | None]]]:
    body_model = body_of(deed.command, owner, "seen")

    async def change(
        request: Request,
        response: Response,
        record: UUID,
        body: body_model,  # type: ignore[valid-type]  # FastAPI reads the model made here at run time
        seen: Seen,
        key: IdempotencyKey = None,
        staff: Staff = Depends(kit.access.staff(*ROLES)),
    ) -> dict[str, UUID | None]:
        chosen: dict[str, Any] = {**dict(body), owner: record}
        if "seen" in deed.command.model_fields:
            chosen["seen"] = seen
        answer = await _once(kit, request, staff, key, deed, deed.command(**chosen))
        if creates:
            created(response, f"/{creates}/{answer}")
        return {"id": answer}

    return change


async def _once(
    kit: "Kit", request: Request, staff: Staff, key: UUID | None, deed: Deed[Any], command: Command
) -> UUID | None:
    """The id of what the deed made, if it made something."""

    async def work(unit: Unit) -> dict[str, Any]:
        made = await deed.run(unit, command)
        return {"id": str(made) if made else None}

    made = (await carry_out_once(kit, request, kit.access.context(request, staff), key, work))["id"]
    return UUID(made) if made else None
