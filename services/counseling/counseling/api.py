"""JSON for programs: the same deeds as the screens, with the same commands, rules and sentences.

Every POST may carry `Idempotency-Key` (a UUID: carried out once, a repeat gets the first answer) and, where it changes a
record, `If-Match` with the ETag that was read: another version now is refused with 409.
"""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Response
from pydantic import BaseModel, create_model
from starlette.requests import Request

from ansim.access import Action, Staff
from ansim.web import Command
from counseling import queries
from counseling.deeds import ACCEPT, ENROL, ON_ENROLMENT, ON_SESSION, REJECT, Deed, carry_out_once
from counseling.domain.enrolment import EnrolmentStatus
from counseling.domain.referral import ReferralStatus
from counseling.pages.desk import ROLES
from counseling.paging import PAGE_SIZE, Page
from counseling.rows import ActRow, AssessmentRow, EnrolmentRow, ReferralRow, SessionRow

if TYPE_CHECKING:
    from ansim.runtime import Kit

Key = Annotated[UUID | None, Header(alias="Idempotency-Key")]
IfMatch = Annotated[str | None, Header(alias="If-Match", max_length=30)]
Limit = Annotated[int, Query(ge=1, le=PAGE_SIZE)]
INNER: Final = {"sealed_event"}


class ReferralPage(BaseModel):
    items: list[ReferralRow]
    next: str | None


class EnrolmentPage(BaseModel):
    items: list[EnrolmentRow]
    next: str | None


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
        status: ReferralStatus | None = None,
        after: str | None = None,
        limit: Limit = PAGE_SIZE,
        staff: Staff = signed_in,
    ) -> ReferralPage:
        page = Page.asked(after, limit)
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            items, following = page.cut(await queries.referrals(unit.conn, status, page.after, page.fetch))
            shown = [row.person for row in items]
            await kit.access.record_list(unit.conn, unit.context.actor, Action.listed, shown, "referrals")
        return ReferralPage(items=items, next=following)

    @router.get("/enrolments", response_model_exclude={"items": {"__all__": INNER}})
    async def listed_enrolments(
        request: Request,
        status: EnrolmentStatus | None = None,
        after: str | None = None,
        limit: Limit = PAGE_SIZE,
        staff: Staff = signed_in,
    ) -> EnrolmentPage:
        page = Page.asked(after, limit)
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            items, following = page.cut(await queries.enrolments(unit.conn, status, page.after, page.fetch))
            shown = [row.person for row in items]
            await kit.access.record_list(unit.conn, unit.context.actor, Action.listed, shown, "enrolments")
        return EnrolmentPage(items=items, next=following)

    @router.get("/referrals/{record}")
    async def one_referral(request: Request, response: Response, record: UUID, staff: Staff = signed_in) -> ReferralRow:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.referral(unit.conn, record)
            await kit.access.record(unit.conn, unit.context.actor, Action.read, row.person, "referral")
        response.headers["ETag"] = f'"{row.version}"'
        return row

    @router.get("/enrolments/{record}", response_model_exclude={"enrolment": INNER})
    async def one_enrolment(request: Request, response: Response, record: UUID, staff: Staff = signed_in) -> Record:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.enrolment(unit.conn, record)
            await kit.access.record(unit.conn, unit.context.actor, Action.read, row.person, "enrolment")
            acts = await queries.acts(unit.conn, record)
            assessments = await queries.assessments(unit.conn, record)
            planned = await queries.sessions_of(unit.conn, record)
        response.headers["ETag"] = f'"{row.version}"'
        return Record(enrolment=row, acts=acts, assessments=assessments, sessions=planned)

    @router.get("/sessions/{record}")
    async def one_session(request: Request, response: Response, record: UUID, staff: Staff = signed_in) -> SessionRow:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.session(unit.conn, record)
            await kit.access.record(unit.conn, unit.context.actor, Action.read, row.person, "session")
        response.headers["ETag"] = f'"{row.version}"'
        return row

    return router


def _opening(kit: "Kit") -> APIRouter:
    router = APIRouter()

    @router.post("/enrolments/{record}/person")
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


def _creating(kit: "Kit", deed: Deed[Any]) -> Callable[..., Coroutine[Any, Any, dict[str, UUID]]]:
    body_model = deed.command

    async def create(
        request: Request,
        response: Response,
        body: body_model,  # type: ignore[valid-type]  # FastAPI reads the command's own model at run time
        key: Key = None,
        staff: Staff = Depends(kit.access.staff(*ROLES)),
    ) -> dict[str, UUID]:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            answer = await carry_out_once(unit, key, deed, body, request.url.path)
        response.headers["Location"] = f"/api/v1/enrolments/{answer}"
        return {"id": UUID(str(answer))}

    return create


def _changing(
    kit: "Kit", owner: str, deed: Deed[Any], creates: str
) -> Callable[..., Coroutine[Any, Any, dict[str, UUID | None]]]:
    body_model = _without(deed.command, owner, "seen")

    async def change(
        request: Request,
        response: Response,
        record: UUID,
        body: body_model,  # type: ignore[valid-type]  # FastAPI reads the model made here at run time
        key: Key = None,
        if_match: IfMatch = None,
        staff: Staff = Depends(kit.access.staff(*ROLES)),
    ) -> dict[str, UUID | None]:
        chosen: dict[str, Any] = {**dict(body), owner: record}
        if "seen" in deed.command.model_fields:
            chosen["seen"] = _version(if_match)
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            answer = await carry_out_once(unit, key, deed, deed.command(**chosen), request.url.path)
        if creates:
            response.headers["Location"] = f"/api/v1/{creates}/{answer}"
        return {"id": answer}

    return change


def _without(command: type[Command], *names: str) -> type[Command]:
    """The command's model without what the address and the headers already say."""
    kept: dict[str, Any] = {n: (f.annotation, f) for n, f in command.model_fields.items() if n not in names}
    return create_model(f"{command.__name__}Body", __base__=Command, **kept)


def _version(etag: str | None) -> int | None:
    """`"3"` → 3. Raises HTTPException 400 for anything else but `*` and nothing."""
    if etag is None or etag == "*":
        return None
    bare = etag.removeprefix("W/").strip('"')
    if not bare.isdecimal() or not bare.isascii() or len(bare) > 9:
        raise HTTPException(400)
    return int(bare)
