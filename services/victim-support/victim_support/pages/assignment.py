"""Giving cases to others: one by its page, a leaver's all at once, and what became of each."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Role, Staff, colleagues
from ansim.contracts.codes import AssignmentReason
from ansim.errors import DomainError, Message, NotFound
from ansim.web import Command
from ansim.web.api import Page
from ansim.web.outcome import Outcome, changes_of
from victim_support import queries
from victim_support.commands.assignment import MOST_AT_ONCE, Chosen, Moved, TransferCase, reassign, transfer_case
from victim_support.pages.desk import ROLES, carry_out, now
from victim_support.story import story

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

WHY: Final = {
    "": Message("Moved"),
    "changed_meanwhile": Message("Changed meanwhile by somebody else"),
    "not_found": Message("No such case here"),
    "case.already_theirs": Message("Was with them already"),
    "case.nobody": Message("The worker is not active"),
}

_HOLDERS: Final = """
select c.member, coalesce(w.name, '') as name, coalesce(w.active, false) as active, count(*) as cases
from support_case c left join staff w using (member)
where c.state <> 'closed' and c.member is not null
group by c.member, w.name, w.active order by w.active, name
"""
_KEPT: Final = "select answer from command_done where key = $1 and fingerprint = '/cases/reassign'"


class MoveMany(Command):
    """Each of `cases` is an id and the version it had in the list: `id/version`."""

    holder: UUID
    to: UUID
    reason: AssignmentReason
    cases: list[str] = Field(min_length=1, max_length=MOST_AT_ONCE)

    def chosen(self) -> list[Chosen]:
        """Raises DomainError for what no list of ours holds."""
        found = []
        for text in self.cases:
            case, _, version = text.partition("/")
            if not version.isascii() or not version.isdigit():
                raise _NOT_OURS
            try:
                found.append(Chosen(case=UUID(case), seen=int(version)))
            except ValueError as error:
                raise _NOT_OURS from error
        return found


_NOT_OURS: Final = DomainError("bad_case", "cases", Message("Choose cases from the list."))


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one case, as a line of the result."""

    case: UUID
    number: int | None
    done: bool
    said: Message


def routes(kit: "Kit") -> APIRouter:
    router = APIRouter()
    router.include_router(_many(kit))
    router.include_router(_one(kit))
    return router


def _one(kit: "Kit") -> APIRouter:
    router = APIRouter()
    worker = Depends(kit.access.staff(*ROLES))

    async def page(request: Request, staff: Staff, case_id: UUID, again: Outcome[Any] | None = None) -> Response:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.case(unit.conn, case_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "case")
            events = await queries.happened_on(unit.conn, "case", case_id)
            found = await colleagues(unit.conn, Role.support_worker)
        return kit.web.form_page(
            request,
            "victim_support/transfer.html",
            again,
            case=row,
            workers=[
                (each.member, f"{each.name} · {each.team.name(staff.lang)}")
                for each in found
                if each.member != row.member
            ],
            changes=changes_of(again, events),
            story=story,
        )

    @router.get("/cases/{case_id}/transfer")
    async def ask(request: Request, case_id: UUID, staff: Staff = worker) -> Response:
        return await page(request, staff, case_id)

    @router.post("/cases/{case_id}/transfer")
    async def transfer(request: Request, case_id: UUID, staff: Staff = worker) -> Response:
        async def again(outcome: Outcome[TransferCase]) -> Response:
            return await page(request, staff, case_id, outcome)

        async def then() -> str:
            """Back to the case, or to the list when the case is no longer the reader's to see."""
            async with kit.store.read(kit.access.context(request, staff)) as conn:
                try:
                    await queries.case(conn, case_id)
                except NotFound:
                    return "/cases?show=mine"
            return f"/cases/{case_id}"

        answer = await carry_out(
            kit, request, staff, TransferCase, transfer_case, then=lambda _: "", again=again, case=case_id
        )
        return kit.web.see_other(await then()) if answer.status_code == 303 else answer

    return router


def _many(kit: "Kit") -> APIRouter:
    router = APIRouter()
    supervisor = Depends(kit.access.staff(Role.supervisor))

    async def page(
        request: Request, staff: Staff, holder: UUID | None, form: Any = None, status: int = 200
    ) -> Response:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            holders = await unit.conn.fetch(_HOLDERS)
            cases: list[queries.CaseRow] = []
            more: str | None = None
            if holder is not None:
                cases, more = await queries.cases(unit.conn, Page(None, MOST_AT_ONCE), member=holder, state="open")
            persons = [case.person for case in cases]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", persons, "cases of a worker")
            found = await colleagues(unit.conn, Role.support_worker)
        return kit.web.page(
            request,
            "victim_support/reassign.html",
            status,
            form=form,
            holders=holders,
            holder=next((each for each in holders if each["member"] == holder), None),
            cases=cases,
            more=more is not None,
            workers=[
                (each.member, f"{each.name} · {each.team.name(staff.lang)}") for each in found if each.member != holder
            ],
            now=now(),
        )

    @router.get("/cases/reassign")
    async def ask(request: Request, holder: UUID | None = None, staff: Staff = supervisor) -> Response:
        return await page(request, staff, holder)

    @router.post("/cases/reassign")
    async def move(request: Request, staff: Staff = supervisor) -> Response:
        """Each case by itself; the result is kept under the form's key, so that it can be looked at again."""
        form = await kit.web.form(request, MoveMany)
        context = kit.access.context(request, staff)
        holder = form.value.holder if form.value else _id_of(form.text("holder"))
        if form.value is None:
            return await page(request, staff, holder, form, 422)
        try:
            chosen = form.value.chosen()
        except DomainError as refusal:
            return await page(request, staff, holder, form.refused(refusal), 422)
        results = await reassign(kit.store, context, form.key, form.value.to, form.value.reason, chosen)
        async with kit.store.unit(context) as unit:
            if await unit.once(form.key, "/cases/reassign"):
                kept = [{"case": str(each.case), "why": each.why} for each in results]
                await unit.remember(form.key, {"results": kept, "holder": str(holder)})
        return kit.web.see_other(f"/cases/reassign/{form.key}")

    @router.get("/cases/reassign/{key}")
    async def result(request: Request, key: UUID, staff: Staff = supervisor) -> Response:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            kept = await unit.recall(key) if await unit.conn.fetchval(_KEPT, key) else None
            if kept is None:
                raise NotFound("reassignment", key)
            moved = [Moved(UUID(each["case"]), each["why"]) for each in kept["results"]]
            lines = await _lines(unit.conn, moved)
            left = await unit.conn.fetchval(
                "select count(*) from support_case where member = $1 and state <> 'closed'", UUID(kept["holder"])
            )
            await kit.access.record(unit.conn, unit.context.actor, "listed", None, "reassigned cases")
        return kit.web.page(
            request,
            "victim_support/reassigned.html",
            lines=lines,
            done=sum(line.done for line in lines),
            left=left,
            holder=kept["holder"],
        )

    return router


async def _lines(conn: asyncpg.Connection, moved: list[Moved]) -> list[Result]:
    rows = await conn.fetch(
        "select case_id, number from support_case where case_id = any($1)", [each.case for each in moved]
    )
    numbers = {row["case_id"]: row["number"] for row in rows}
    return [
        Result(each.case, numbers.get(each.case), not each.why, WHY.get(each.why, Message("This is not possible now.")))
        for each in moved
    ]


def _id_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
