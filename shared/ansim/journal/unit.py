"""A unit of work: one open transaction in which commands load, decide and append."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import asyncpg
import orjson
from uuid_utils import compat as uuids

from ansim.contracts import Event
from ansim.errors import DomainError, Message, NotFound
from ansim.journal.facts import Context, Fact, Recorded
from ansim.journal.port import ReadRecord
from ansim.journal.postgres import PostgresJournal
from ansim.journal.projector import Projector
from ansim.journal.stream import Stream
from ansim.vault.blind import Candidate, SearchField, spellings

if TYPE_CHECKING:
    from ansim.vault import Vault

S = TypeVar("S")


def new_id() -> UUID:
    """A fresh UUIDv7: random, and in rough order of creation."""
    return uuids.uuid7()


class Unit:
    """Everything a command may do to the database. Lives from the start of a transaction to its commit.

    `ids` makes the ids of new aggregates and persons; tests and the history pass their own.
    """

    def __init__(
        self,
        conn: asyncpg.Connection,
        context: Context,
        *,
        service: str,
        projector: Projector,
        vault: "Vault",
        access_log: ReadRecord,
        ids: Callable[[], UUID] = new_id,
    ) -> None:
        self.conn = conn
        self.context = context
        self.ids = ids
        self.appended = 0
        self._service = service
        self._journal = PostgresJournal(conn)
        self._projector = projector
        self._vault = vault
        self._access_log = access_log

    async def stream(self, aggregate: str, id: UUID, evolve: Callable[[S | None, Event], S]) -> Stream[S]:
        """Load an aggregate. An unknown id gives a stream at version 0 with state None.

        Raises NotFound when the aggregate is not the actor's to see (`Projector.seen_through`).
        """
        past = await self._journal.load(aggregate, id)
        if past:
            await self._may_see(aggregate, id)
        return Stream(self, aggregate, id, evolve, past)

    def begin(self, aggregate: str, id: UUID, evolve: Callable[[S | None, Event], S]) -> Stream[S]:
        """The stream of an aggregate that is new, without looking: appending raises VersionConflict if it is not."""
        return Stream(self, aggregate, id, evolve, [])

    async def make_key(self, person: UUID) -> None:
        """Make the key of a person who is new, without looking first. Sealing does so by itself, with one question more."""
        await self._vault.make_key(person)

    async def timeline(self, aggregate: str, id: UUID) -> list[Recorded]:
        """All events of an aggregate in order, for screens that tell its history. Raises NotFound as `stream` does."""
        past = await self._journal.load(aggregate, id)
        if past:
            await self._may_see(aggregate, id)
        return past

    async def existing(
        self, aggregate: str, id: UUID, evolve: Callable[[S | None, Event], S], seen: int | None = None
    ) -> tuple[Stream[S], S]:
        """Load an aggregate that is there, and its state.

        Raises NotFound for an unknown id too, and VersionConflict when the person decided on another version (`seen`).
        """
        stream = await self.stream(aggregate, id, evolve)
        if stream.state is None:
            raise NotFound(aggregate, id)
        stream.expect(seen)
        return stream, stream.state

    async def record(self, aggregate: str, id: UUID, version: int, facts: Sequence[Event | Fact]) -> list[Recorded]:
        """Append to a stream at `version`. Commands call `Stream.append`, which calls this."""
        told = [fact if isinstance(fact, Fact) else Fact(fact) for fact in facts]
        rows = [await self._row(aggregate, id, version + number, fact) for number, fact in enumerate(told, start=1)]
        if rows:
            await self._journal.append(rows)
        for row, fact in zip(rows, told, strict=True):
            await self.index_texts(row, fact.sealed)
        await self._project(rows)
        self.appended += len(rows)
        return rows

    async def index_texts(self, row: Recorded, texts: Mapping[str, str]) -> None:
        """Make the searchable ones of an event's texts findable, as its service says with `Projector.finds`."""
        for name, field in self._projector.searched_fields(type(row.event)).items():
            record = (row.aggregatetype, row.aggregateid)
            await self.index(row.event.person, field, texts.get(name, ""), record, row.event_id)

    async def index(self, person: UUID, field: SearchField, text: str, record: tuple[str, UUID], event: UUID) -> None:
        """Make a text that `event` holds sealed findable by `field`. `record` is what it leads to: kind and id.

        What a service names with `Projector.finds` is indexed without this, in the transaction that appends the event.
        """
        await self._vault.blind.add(self.conn, field, text, person, record, event)

    async def candidates(self, field: SearchField, sought: str) -> list[Candidate]:
        """Records that may hold what is sought; `holds` tells which do. Whom the actor does not see are among them."""
        return await self._vault.blind.candidates(self.conn, field, sought)

    async def holds(self, event_id: UUID, field: SearchField, sought: str) -> bool:
        """Whether a sealed text of the event is what is sought: compared here, shown to nobody.

        The caller puts on record who was compared. False when the person's key is destroyed.
        """
        recorded = await self._journal.find(event_id)
        if recorded is None or recorded.sealed is None:
            return False
        texts = await self._vault.open(recorded.event.person, recorded.sealed, recorded.event_id) or {}
        wanted = set(spellings(field, sought))
        fields = self._projector.searched_fields(type(recorded.event))
        return any(wanted & set(spellings(field, text)) for name, text in texts.items() if fields.get(name) is field)

    async def forget_index(self, person: UUID) -> int:
        """Take a person out of the search. Called in the transaction that decides on their erasure."""
        return await self._vault.blind.forget(self.conn, person)

    async def _project(self, rows: Sequence[Recorded]) -> None:
        """Run the projections over every row of the read tables, also those that the actor does not see."""
        if self._projector.guards:
            await self.conn.execute("select set_config('ansim.projecting', 'on', true)")
        for row in rows:
            await self._projector.project(self, row)
        if self._projector.guards:
            await self.conn.execute("select set_config('ansim.projecting', '', true)")

    async def _may_see(self, aggregate: str, id: UUID) -> None:
        window = self._projector.window(aggregate)
        if window is not None and not await self.conn.fetchval(window, id):
            raise NotFound(aggregate, id)

    async def _row(self, aggregate: str, id: UUID, version: int, fact: Fact) -> Recorded:
        event, event_id = fact.event, new_id()
        if event.aggregate != aggregate or event.service != self._service:
            raise ValueError(f"{event.type_name()} does not belong on a {aggregate} stream of {self._service}")
        texts = {name: text for name, text in fact.sealed.items() if text}
        sealed = None
        if texts:
            sealed = await self._vault.seal(event.person, texts, event_id)
            what = f"{event.aggregate}.{event.name}"
            await self._access_log.record(self.conn, self.context.actor, "wrote", event.person, what)
        return Recorded(
            event_id=event_id,
            aggregatetype=aggregate,
            aggregateid=id,
            version=version,
            event=event,
            sealed=sealed,
            actor=self.context.actor,
            correlationid=self.context.correlationid,
            causationid=self.context.causationid,
            occurred_at=self.context.at,
            recorded_at=datetime.now(UTC),
        )

    async def open_sealed(self, recorded: Recorded) -> dict[str, str]:
        """The personal texts of an event, {} when there are none or the person's key is destroyed.

        Writes to the access record in this transaction: whoever reads is on record before they see anything.
        """
        if recorded.sealed is None:
            return {}
        await self._access_log.record(
            self.conn,
            self.context.actor,
            "read",
            recorded.event.person,
            f"{recorded.aggregatetype}.{type(recorded.event).name}",
        )
        return await self._vault.open(recorded.event.person, recorded.sealed, recorded.event_id) or {}

    async def open_sealed_of(self, event_id: UUID) -> dict[str, str]:
        """`open_sealed` for a read table that keeps the id of the event. Raises NotFound for an unknown id, and as
        `stream` does."""
        recorded = await self._journal.find(event_id)
        if recorded is None:
            raise NotFound("event", event_id)
        await self._may_see(recorded.aggregatetype, recorded.aggregateid)
        return await self.open_sealed(recorded)

    async def destroy_key(self, person: UUID, what: str) -> int:
        """Destroy a person's key, on the access record. It is gone at once and for good, also if this unit rolls back.

        Nobody finds them by name or number any more. Idempotent. Write down first that it is to be done, and afterwards that it
        is done. Gives how many rows of the search index were deleted.
        """
        forgotten = await self.forget_index(person)
        await self._access_log.record(self.conn, self.context.actor, "erased", person, what)
        await self._vault.destroy(person)
        return forgotten

    async def once(self, key: UUID | None, fingerprint: str = "") -> bool:
        """True the first time `key` is carried out; False if it was before, so that a repeat has no second effect.

        Takes effect with this transaction. A concurrent repeat waits here until the first has committed. None is
        always new. Raises DomainError when the key was used for another request (another `fingerprint`).
        """
        if key is None:
            return True
        if await self.conn.fetchval(
            "insert into command_done (key, fingerprint) values ($1, $2) on conflict do nothing returning true",
            key,
            fingerprint,
        ):
            return True
        if await self.conn.fetchval("select fingerprint from command_done where key = $1", key) != fingerprint:
            raise DomainError("idempotency_key_reused", None, Message("This key was used for another request."))
        return False

    async def remember(self, key: UUID | None, answer: dict[str, Any]) -> None:
        """Keep the answer of a command carried out under `key`, for whoever repeats it."""
        if key is not None:
            await self.conn.execute(
                "update command_done set answer = $2 where key = $1", key, orjson.dumps(answer, default=str).decode()
            )

    async def recall(self, key: UUID | None) -> dict[str, Any] | None:
        """The answer kept for `key`, None when there is none."""
        if key is None:
            return None
        answer = await self.conn.fetchval("select answer from command_done where key = $1", key)
        return None if answer is None else orjson.loads(answer)
