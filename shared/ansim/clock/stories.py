"""A stream's events as the moments that clocks are worked out from."""

from uuid import UUID

from ansim.clock.clock import Moment
from ansim.journal import Unit


async def moments_of(unit: Unit, aggregate: str, stream: UUID) -> list[Moment]:
    """In the order of the stream. Raises NotFound for whoever may not see it."""
    return [Moment(stream, row.event, row.occurred_at, row.event_id) for row in await unit.timeline(aggregate, stream)]
