"""Keeping for programs: how long a record is kept, holds placed and lifted, an erasure asked for."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from ansim.access import Staff
from ansim.contracts.codes import DeadlineRule, HoldReason
from ansim.journal import Unit
from ansim.privacy.erasure import keeping as erasures
from ansim.privacy.erasure.keeping import RequestErasure
from ansim.privacy.retention import keeping
from ansim.privacy.retention.holds import LiftHold, PlaceHold, lift_hold, place_hold
from ansim.privacy.retention.keep import Stage
from ansim.web.api import IdempotencyKey, Slice, body_of, carry_out_once, created

if TYPE_CHECKING:
    from ansim.privacy.desk import PrivacyDesk
    from ansim.runtime.kit import Kit

LiftBody = body_of(LiftHold, "hold")


class HoldOut(BaseModel):
    id: UUID
    reason: HoldReason
    placed_at: datetime
    placed_by_name: str
    lifted_at: datetime | None


class KeepingOut(BaseModel):
    """`rule` is null while the record is open: then nothing ends. `erase_at`: when an erasure is asked for by itself."""

    record: UUID
    matter: str
    rule: DeadlineRule | None = None
    stage: Stage = Stage.KEPT
    expires_at: datetime | None = None
    erase_at: datetime | None = None
    erased_at: datetime | None = None
    holds: list[HoldOut] = []


class MadeOut(BaseModel):
    id: UUID


def api(kit: "Kit", desk: "PrivacyDesk") -> APIRouter:
    router = APIRouter(tags=["keeping"])
    keeper = Depends(kit.access.staff(*desk.keepers))
    here = f"/{desk.matters.kind}/{{record}}"

    @router.get("/keeping")
    async def ends_soon(request: Request, staff: Staff = keeper) -> Slice[KeepingOut]:
        """Records whose time of keeping ends soon or has ended, soonest first; at most 200."""
        context = kit.access.context(request, staff)
        async with kit.store.unit(context) as unit:
            rows = await keeping.near_end(unit.conn, context.at)
            persons = [row.person for row in rows]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", persons, "keeping")
        return Slice(items=[_out(row, context.at) for row in rows])

    @router.get(f"{here}/keeping")
    async def one(request: Request, record: UUID, staff: Staff = keeper) -> KeepingOut:
        context = kit.access.context(request, staff)
        async with kit.store.unit(context) as unit:
            matter = await desk.matters.find(unit.conn, record)
            row, held = await keeping.kept(unit.conn, record), await keeping.holds(unit.conn, record)
            await kit.access.record(unit.conn, unit.context.actor, "read", matter.person, "keeping")
        found = _out(row, context.at) if row else KeepingOut(record=record, matter=matter.number)
        shown = [HoldOut(id=h.event, **{n: getattr(h, n) for n in HoldOut.model_fields if n != "id"}) for h in held]
        return found.model_copy(update={"holds": shown})

    async def made(request: Request, staff: Staff, key: UUID | None, carry: Any) -> UUID:
        async def work(unit: Unit) -> dict[str, Any]:
            return {"id": str(await carry(unit))}

        return UUID((await carry_out_once(kit, request, kit.access.context(request, staff), key, work))["id"])

    @router.post(f"{here}/holds", status_code=201)
    async def hold(
        request: Request, record: UUID, body: PlaceHold, key: IdempotencyKey = None, staff: Staff = keeper
    ) -> MadeOut:
        """Place a legal hold: nothing of the person is erased until it is lifted."""
        return MadeOut(id=await made(request, staff, key, lambda unit: place_hold(unit, desk, record, body)))

    @router.post(f"{here}/holds/{{hold}}/lift", status_code=204)
    async def lift(
        request: Request,
        record: UUID,
        hold: UUID,
        body: LiftBody,  # type: ignore[valid-type]
        key: IdempotencyKey = None,
        staff: Staff = keeper,
    ) -> None:
        command = LiftHold(hold=hold, **body.model_dump())  # type: ignore[attr-defined]

        async def work(unit: Unit) -> dict[str, Any]:
            await lift_hold(unit, desk, record, command)
            return {}

        await carry_out_once(kit, request, kit.access.context(request, staff), key, work)

    @router.post(f"{here}/erasures", status_code=201)
    async def erase(
        request: Request,
        response: Response,
        record: UUID,
        body: RequestErasure,
        key: IdempotencyKey = None,
        staff: Staff = keeper,
    ) -> MadeOut:
        """Ask for an erasure. A second person approves or declines."""
        carry = erasures.request_erasure
        found = await made(request, staff, key, lambda unit: carry(unit, desk, record, body))
        created(response, f"/erasures/{found}")
        return MadeOut(id=found)

    return router


def _out(row: keeping.KeptRow, now: datetime) -> KeepingOut:
    names = ("record", "matter", "rule", "expires_at", "erase_at", "erased_at")
    return KeepingOut(stage=row.stage(now), **{name: getattr(row, name) for name in names})
