"""Whose case it is, over JSON: one transferred, many reassigned with a result for each."""

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends
from starlette.requests import Request

from ansim.access import Role, Staff
from ansim.web.api import IdempotencyKey, Seen
from victim_support import commands as c
from victim_support.api.doing import Answer, Doing, Done
from victim_support.pages.desk import ROLES

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit


class MovedAnswer(Answer):
    """One case of a reassignment. `why` is the rule that stopped it, empty when it moved."""

    case: UUID
    why: str


class ReassignmentAnswer(Answer):
    moved: int
    results: list[MovedAnswer]


def routes(kit: "Kit", doing: Doing) -> APIRouter:
    router = APIRouter(tags=["assignment"])
    worker, supervisor = Depends(kit.access.staff(*ROLES)), Depends(kit.access.staff(Role.supervisor))

    @router.post("/cases/{case_id}/transfer")
    async def transfer(
        request: Request, case_id: UUID, body: c.Transfer, seen: Seen, key: IdempotencyKey = None, staff: Staff = worker
    ) -> Done:
        """Give the case to another worker. If they are of another team, the caller's team stops seeing it."""
        command = c.TransferCase(case=case_id, seen=seen, **body.model_dump())
        return await doing.once(request, staff, key, command, c.transfer_case, lambda _: ("case", case_id))

    @router.post("/reassignments")
    async def reassignment(
        request: Request, body: c.Reassignment, key: IdempotencyKey = None, staff: Staff = supervisor
    ) -> ReassignmentAnswer:
        """Give many cases to another worker, each by itself: one that fails is told and keeps no other back."""
        context = kit.access.context(request, staff)
        results = await c.reassign(kit.store, context, key or uuid4(), body.to, body.reason, body.cases)
        return ReassignmentAnswer(
            moved=sum(not each.why for each in results), results=[MovedAnswer.model_validate(each) for each in results]
        )

    return router
