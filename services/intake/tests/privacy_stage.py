"""Who asks for, decides on and destroys personal data at intake, and reports to do it to."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from ansim.access import Role
from ansim.clock.sweeper import Sweeper
from ansim.journal import Actor, Context
from ansim.relay import Leader
from ansim.runtime import Kit
from ansim.testing.kits import Clients
from intake.commands import CloseReport, close_report
from intake.privacy import PRIVACY

from .conftest import Desk, context

SUPERVISOR = Actor("supervisor", "supervisor", "백나루 (가상)")
OFFICER = Actor("privacy-officer", "privacy_officer", "임보라 (가상)")
WHY = "(가상) 표지어-느티나무"
BECAUSE = "(가상) 표지어-단풍나무"


def as_(actor: Actor, at: datetime | None = None) -> Context:
    return Context(actor, at or datetime.now(UTC), uuid4(), all_teams=True)


async def sweep(kit: Kit, now: datetime | None = None) -> int:
    return await Sweeper("intake", PRIVACY.sweeps, kit.store, Leader("unused")).sweep(now or datetime.now(UTC))


async def closed(desk: Desk, outcome: str = "answered", **fields: Any) -> UUID:
    report = await desk.acknowledged(**fields)
    async with desk.kit.store.unit(context()) as unit:
        await close_report(unit, CloseReport.model_validate({"report": report, "outcome": outcome}))
    return report


async def asked(people: Clients, report: UUID) -> str:
    answer = await people.post(Role.supervisor, f"/reports/{report}/disclosure", reason=WHY)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]
