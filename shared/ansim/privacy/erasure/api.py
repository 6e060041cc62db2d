"""Erasures for programs: the same decisions as on screen, and the certificate as a document."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Request, Response
from pydantic import BaseModel

from ansim.access import Staff
from ansim.contracts.codes import DeadlineRule, ErasureGround, ErasureRefusal, SuiteService
from ansim.errors import NotFound
from ansim.journal import Unit
from ansim.privacy.erasure import keeping
from ansim.privacy.erasure.keeping import Approve, Decline, ErasureRow
from ansim.privacy.erasure.steps import ErasureState
from ansim.web.api import AskedPage, IdempotencyKey, Seen, Slice, body_of, carry_out_once, tagged

if TYPE_CHECKING:
    from ansim.privacy.desk import PrivacyDesk
    from ansim.runtime.kit import Kit

DeclineBody = body_of(Decline, "seen")
ApproveBody = body_of(Approve, "seen")


class ErasureOut(BaseModel):
    id: UUID
    record: UUID
    matter: str
    ground: ErasureGround
    state: ErasureState
    version: int
    requested_at: datetime
    requested_by_name: str
    due_at: datetime
    approved_at: datetime | None
    approved_by_name: str | None
    declined_at: datetime | None
    refusal: ErasureRefusal | None
    destroyed_at: datetime | None
    certified_at: datetime | None

    @classmethod
    def of(cls, row: ErasureRow) -> "ErasureOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class CertificateOut(BaseModel):
    """What was destroyed, when, approved by whom. `complete_at` is the horizon: from then on no backup of the key store can
    bring the key back. `matter`, `kept_by` and the dates are all that remains."""

    erasure: UUID
    matter: str
    ground: ErasureGround
    kept_by: DeadlineRule | None
    opened_at: datetime
    closed_at: datetime | None
    requested_at: datetime
    requested_by_name: str
    approved_at: datetime
    approved_by_name: str
    destroyed_at: datetime
    sealed_facts: int
    index_rows: int
    confirmed: list[SuiteService]
    certified_at: datetime
    complete_at: datetime


def api(kit: "Kit", desk: "PrivacyDesk") -> APIRouter:
    router = APIRouter(tags=["erasures"])
    keeper = Depends(kit.access.staff(*desk.keepers))

    @router.get("/erasures")
    async def listed(request: Request, page: AskedPage, staff: Staff = keeper) -> Slice[ErasureOut]:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            rows, following = await keeping.erasures(unit.conn, page)
            persons = [row.person for row in rows]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", persons, "erasures")
        return Slice(items=[ErasureOut.of(row) for row in rows], next=following)

    async def read(request: Request, staff: Staff, erasure: UUID, what: str) -> ErasureRow:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await keeping.erasure_of(unit.conn, erasure)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, what)
        return row

    async def shown(request: Request, response: Response, staff: Staff, erasure: UUID) -> ErasureOut:
        row = await read(request, staff, erasure, "erasure")
        tagged(response, row.version)
        return ErasureOut.of(row)

    @router.get("/erasures/{erasure}")
    async def one(request: Request, response: Response, erasure: UUID, staff: Staff = keeper) -> ErasureOut:
        return await shown(request, response, staff, erasure)

    @router.get("/erasures/{erasure}/certificate")
    async def certificate(request: Request, erasure: UUID, staff: Staff = keeper) -> CertificateOut:
        """404 before it is certified."""
        row = await read(request, staff, erasure, "erasure certificate")
        if row.state is not ErasureState.CERTIFIED or row.destroyed_at is None:
            raise NotFound("certificate", erasure)
        names = [name for name in CertificateOut.model_fields if name not in ("erasure", "complete_at")]
        complete = row.destroyed_at + timedelta(days=kit.settings.key_backup_days)
        return CertificateOut(erasure=row.id, complete_at=complete, **{name: getattr(row, name) for name in names})

    @router.post("/erasures/{erasure}/approve")
    async def approve(
        request: Request,
        response: Response,
        erasure: UUID,
        seen: Seen,
        body: ApproveBody = Body(default_factory=ApproveBody),  # type: ignore[valid-type]
        key: IdempotencyKey = None,
        staff: Staff = keeper,
    ) -> ErasureOut:
        """Approve as a second person. It is carried out within seconds, and cannot be called back."""

        async def work(unit: Unit) -> dict[str, Any]:
            await keeping.approve(unit, desk, erasure, Approve(seen=seen))
            return {}

        await carry_out_once(kit, request, kit.access.context(request, staff), key, work)
        return await shown(request, response, staff, erasure)

    @router.post("/erasures/{erasure}/decline")
    async def decline(
        request: Request,
        response: Response,
        erasure: UUID,
        body: DeclineBody,  # type: ignore[valid-type]
        seen: Seen,
        key: IdempotencyKey = None,
        staff: Staff = keeper,
    ) -> ErasureOut:
        command = Decline(seen=seen, **body.model_dump())  # type: ignore[attr-defined]

        async def work(unit: Unit) -> dict[str, Any]:
            await keeping.decline(unit, desk, erasure, command)
            return {}

        await carry_out_once(kit, request, kit.access.context(request, staff), key, work)
        return await shown(request, response, staff, erasure)

    return router
