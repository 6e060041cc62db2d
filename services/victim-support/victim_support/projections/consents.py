"""The read table `consent`: each consent as it stands."""

from ansim.contracts.victim_support import (
    ConsentAsked,
    ConsentDeclined,
    ConsentExpired,
    ConsentGiven,
    ConsentNarrowed,
    ConsentOverridden,
    ConsentWithdrawn,
)
from ansim.journal import Projector, Recorded, Unit
from victim_support.projections.codes import in_order

projector = Projector()

_BEGIN = """
insert into consent (consent_id, case_id, purpose, recipient, asked_of, state, content, until, basis, reason, begun_at,
                     changed_at, version)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12)
"""


@projector.on(ConsentAsked)
async def asked(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ConsentAsked)
    await unit.conn.execute(
        _BEGIN,
        *(recorded.aggregateid, event.case, event.purpose, event.recipient, event.asked_of, "asked", [], None),
        *(None, None, recorded.occurred_at, recorded.version),
    )


@projector.on(ConsentOverridden)
async def overridden(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ConsentOverridden)
    await unit.conn.execute(
        _BEGIN,
        *(recorded.aggregateid, event.case, event.purpose, event.recipient, None, "overridden"),
        *(in_order(event.content), event.until, event.basis, event.reason, recorded.occurred_at, recorded.version),
    )


@projector.on(ConsentGiven, ConsentNarrowed)
async def scoped(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ConsentGiven | ConsentNarrowed)
    await unit.conn.execute(
        """
        update consent set state = $2, content = $3, withheld = $4, until = $5, changed_at = $6, version = $7
        where consent_id = $1
        """,
        *(recorded.aggregateid, event.name, in_order(event.content), in_order(event.withheld), event.until),
        *(recorded.occurred_at, recorded.version),
    )


@projector.on(ConsentDeclined, ConsentWithdrawn, ConsentExpired)
async def ended(unit: Unit, recorded: Recorded) -> None:
    await unit.conn.execute(
        "update consent set state = $2, changed_at = $3, version = $4 where consent_id = $1",
        *(recorded.aggregateid, type(recorded.event).name, recorded.occurred_at, recorded.version),
    )
