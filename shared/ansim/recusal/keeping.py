"""The recusals of one service: said by an event on a stream of the person's, kept true by a projection."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ansim.contracts import Event
from ansim.contracts.codes import ReadmissionReason, RecusalReason, RecusalSaidBy
from ansim.contracts.recusal import Readmitted, Recused
from ansim.errors import DomainError, Message
from ansim.journal import Projector, Recorded, Unit

AGGREGATE: Final = "recusal"


@dataclass(frozen=True, slots=True)
class Recusals:
    """How a service says that somebody is recused, and that they no longer are."""

    recused: type[Recused]
    readmitted: type[Readmitted]

    async def recuse(
        self, unit: Unit, person: UUID, member: UUID, said_by: RecusalSaidBy, reason: RecusalReason
    ) -> None:
        """From the end of this unit on, `member` sees nothing of `person`. Raises DomainError when that is so already."""
        stream = await unit.stream(AGGREGATE, person, evolve)
        if member in (stream.state or frozenset()):
            raise DomainError("recusal.already", "colleague", Message("This colleague is recused already."))
        await stream.append(self.recused(person=person, member=member, said_by=said_by, reason=reason))

    async def readmit(self, unit: Unit, person: UUID, member: UUID, reason: ReadmissionReason) -> None:
        """End a recusal. Raises DomainError when there is none."""
        stream = await unit.stream(AGGREGATE, person, evolve)
        if member not in (stream.state or frozenset()):
            raise DomainError("recusal.none", "colleague", Message("This colleague is not recused."))
        await stream.append(self.readmitted(person=person, member=member, reason=reason))

    def projector(self) -> Projector:
        """Keeps the table. The service includes it in its own projector."""
        projector = Projector()

        @projector.on(self.recused)
        async def note(unit: Unit, recorded: Recorded) -> None:
            event = recorded.event
            assert isinstance(event, Recused)
            await unit.conn.execute(
                "insert into recusal (person, member, recused_at) values ($1, $2, $3)",
                *(event.person, event.member, recorded.occurred_at),
            )

        @projector.on(self.readmitted)
        async def forget(unit: Unit, recorded: Recorded) -> None:
            event = recorded.event
            assert isinstance(event, Readmitted)
            await unit.conn.execute("delete from recusal where person = $1 and member = $2", event.person, event.member)

        return projector


def evolve(state: frozenset[UUID] | None, event: Event) -> frozenset[UUID]:
    """Who is recused from the stream's person."""
    known = state or frozenset()
    match event:
        case Recused():
            return known | {event.member}
        case Readmitted():
            return known - {event.member}
        case _:
            raise TypeError(f"{type(event).__name__} is no recusal")
