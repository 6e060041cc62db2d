"""One service's wiring of this room: what it names once, its projector, pages, API, sweeps and menu come from here."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from fastapi import APIRouter

from ansim.access import Role
from ansim.clock.keeping import RuleBook
from ansim.clock.sweeper import Sweep
from ansim.contracts.codes import SuiteService
from ansim.journal import Projector, Recorded, Unit
from ansim.privacy.disclosure import keeping as disclosures
from ansim.privacy.erasure import expiry
from ansim.privacy.erasure import keeping as erasures
from ansim.privacy.matters import Matters
from ansim.privacy.retention import keeping as retention

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

_STREAMS: Final = """
select 'retention' as aggregate, $1::uuid as id
union all select 'disclosure', id from disclosure where record = $1
union all select 'erasure', id from erasure where record = $1
"""


@dataclass(frozen=True, slots=True)
class PrivacyDesk:
    """`workers` may look at the service's records; of them and the others, `askers` may ask to see an identity and `keepers`
    place holds and ask for erasures. `on_erase` deletes what else a service keeps of an erased person."""

    service: str
    myself: SuiteService
    matters: Matters
    rules: RuleBook
    workers: tuple[Role, ...]
    askers: tuple[Role, ...] = (Role.supervisor,)
    keepers: tuple[Role, ...] = (Role.supervisor, Role.privacy_officer)
    on_erase: tuple[erasures.OnErase, ...] = ()

    def projector(self) -> Projector:
        """Keeps the room's tables. Include it behind the service's own, whose rows it looks at."""
        projector = Projector()
        for part in (disclosures.projector(self), retention.projector(self), erasures.projector(self)):
            projector.include(part)
        return projector

    @property
    def sweeps(self) -> tuple[Sweep, ...]:
        """What time alone brings about: the table filled for older records, warnings, expiries, and approved erasures."""
        return (
            Sweep("retention_of_older_records", lambda conn, _now, limit: self.matters.closed_unkept(conn, limit),
                  self._doing(retention.work_out)),
            Sweep("expiry_warnings", retention.to_warn, self._doing(retention.warn)),
            Sweep("expiries", expiry.to_expire, self._doing(expiry.expire)),
            Sweep("approved_erasures", erasures.begun, self._doing(erasures.carry_out)),
            Sweep("late_erasures", erasures.late, self._doing(erasures.tell_overdue)),
        )  # fmt: skip

    def _doing(
        self, act: Callable[[Unit, "PrivacyDesk", UUID], Awaitable[None]]
    ) -> Callable[[Unit, UUID], Awaitable[None]]:
        async def do(unit: Unit, record: UUID) -> None:
            await act(unit, self, record)

        return do

    async def story(self, unit: Unit, record: UUID) -> list[Recorded]:
        """The events of this room about one record, for its timeline."""
        rows = await unit.conn.fetch(_STREAMS, record)
        return [event for row in rows for event in await unit.timeline(row["aggregate"], row["id"])]

    def pages(self, kit: "Kit") -> APIRouter:
        """All screens. Include it before routes that take any name behind a record."""
        from ansim.privacy import screens

        return screens.pages(kit, self)

    def api(self, kit: "Kit") -> APIRouter:
        from ansim.privacy import programs

        return programs.api(kit, self)
