"""The inbox on a real database: whatever the wire does, every effect happens once and nothing is skipped."""

import random
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansim.contracts import Envelope, Event, encode, schema_uri, source_of
from ansim.contracts.codes import (
    AgeBand,
    ConsentState,
    District,
    Gender,
    LegalBasis,
    ReferralTarget,
    SchoolLevel,
    Severity,
)
from ansim.contracts.intake import ReferralRequested, ReferralSentAgain
from ansim.contracts.monitoring import (
    VolunteerActivated,
    VolunteerApplied,
    VolunteerRested,
    VolunteerTrained,
    VolunteerVetted,
)
from ansim.errors import ParkReason, Poison, Retriable
from ansim.inbox import (
    Heard,
    Inbox,
    MemoryMessages,
    Message,
    Outcome,
    Parking,
    ParkLimitReached,
    ParkLimits,
    Reaction,
    Reactor,
    replay_stream,
)
from ansim.journal import Store, Unit
from ansim.testing.servers import ServiceDatabase
from ansim.testing.stores import open_store
from ansim.vault import MemoryKeyStore, Vault

MARKER = "표식 이름 (가상)"
LIFE = (VolunteerApplied, VolunteerVetted, VolunteerTrained, VolunteerActivated, VolunteerRested)


def envelope_of(person: UUID, sequence: int, *, ago: timedelta = timedelta()) -> Envelope:
    cls = LIFE[(sequence - 1) % len(LIFE)]
    event: Event = cls(person=person, **({"district": District.MAPO} if cls is VolunteerApplied else {}))
    now = datetime.now(UTC)
    return Envelope(
        id=UUID(int=person.int ^ sequence),
        source=source_of("monitoring"),
        type=event.type_name(),
        subject=person,
        time=now - ago,
        recordedtime=now,
        dataschema=schema_uri(cls),
        sequence=sequence,
        position=sequence,
        correlationid=uuid4(),
        partitionkey=person,
        data=event.model_dump(mode="json"),
    )


def sent_again(referral: UUID, sequence: int) -> Envelope:
    """A hand-off said again, whole."""
    person = uuid4()
    request = ReferralRequested(
        person=person,
        report=uuid4(),
        target=ReferralTarget.VICTIM_SUPPORT,
        severity=Severity.HIGH,
        harm_types=frozenset(),
        age_band=AgeBand.UNKNOWN,
        school_level=SchoolLevel.UNKNOWN,
        gender=Gender.UNKNOWN,
        district=District.UNKNOWN,
        legal_basis=LegalBasis.CONSENT,
        consent=ConsentState.GIVEN,
    )
    event = ReferralSentAgain(person=person, target=request.target, request=request)
    return envelope_of(person, sequence).model_copy(
        update={
            "source": source_of("intake"),
            "type": event.type_name(),
            "subject": referral,
            "dataschema": schema_uri(ReferralSentAgain),
            "data": event.model_dump(mode="json"),
        }
    )


class Topic:
    """Numbers messages as a partition does."""

    def __init__(self) -> None:
        self.offset = 0

    def message(self, value: bytes | None, key: bytes | None) -> Message:
        self.offset += 1
        return Message("ansim.monitoring.events.v1", 0, self.offset, key, value)

    def event(self, envelope: Envelope) -> Message:
        return self.message(encode(envelope), str(envelope.partitionkey).encode())


class Desk:
    """A service whose only reaction is to write down what it heard."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self.store = store
        self.fail: list[Exception] = []
        reactor = Reactor()
        reactor.on(VolunteerApplied, VolunteerTrained, VolunteerRested)(self.hear)
        self.reaction = Reaction("intake", reactor, store, Parking(vault, "ansim.intake.reactions"))
        self.topic, self.messages = Topic(), MemoryMessages()

    async def hear(self, unit: Unit, heard: Heard) -> None:
        if self.fail:
            raise self.fail.pop(0)
        await unit.conn.execute(
            "insert into command_done (key, fingerprint, answer) values ($1, 'heard', $2)",
            uuid4(),
            f'{{"id": "{heard.envelope.id}", "at": "{unit.context.at.isoformat()}"}}',
        )

    def inbox(self, limits: ParkLimits | None = None) -> Inbox:
        return Inbox(self.messages, self.reaction, limits)

    async def effects(self) -> list[str]:
        async with self.store.read() as conn:
            rows = await conn.fetch(
                "select answer->>'id' as id from command_done where fingerprint = 'heard' order by done_at"
            )
        return [row["id"] for row in rows]

    async def parked(self) -> list[str]:
        async with self.store.read() as conn:
            return [row.reason for row in await self.reaction.parking.rows(conn)]


@pytest.fixture
async def desk(service_database: Callable[[str], ServiceDatabase]) -> AsyncIterator[Desk]:
    vault = Vault(MemoryKeyStore(), bytes(range(32)), "intake")
    async with open_store(service_database("intake").url, "intake", vault=vault) as store:
        yield Desk(store, vault)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_duplication_and_interleaving_gives_each_effect_once(desk: Desk, seed: int) -> None:
    rng = random.Random(seed)
    people = [UUID(int=rng.getrandbits(128)) for _ in range(3)]
    lives = [[envelope_of(p, n) for n in range(1, rng.randint(2, 6))] for p in people]
    expected = {str(e.id) for life in lives for e in life if e.sequence in (1, 3, 5)}
    wire: list[Envelope] = []
    cursors = [0] * len(lives)
    while any(c < len(life) for c, life in zip(cursors, lives, strict=True)):
        chosen = rng.choice([n for n, life in enumerate(lives) if cursors[n] < len(life)])
        wire.append(lives[chosen][cursors[chosen]])
        cursors[chosen] += 1
        if rng.random() < 0.5:
            wire.append(rng.choice([e for e in wire if e.subject == people[chosen]]))
    desk.messages.put(*map(desk.topic.event, wire))
    before = set(await desk.effects())

    while await desk.inbox().handle_batch():
        pass

    after = await desk.effects()
    assert len(after) == len(set(after))
    assert set(after) - before == expected


async def test_what_was_not_remembered_comes_again_and_has_no_second_effect(desk: Desk) -> None:
    person = uuid4()
    desk.messages.put(*(desk.topic.event(envelope_of(person, n)) for n in (1, 2, 3)))
    for message in await desk.messages.poll():
        await desk.reaction.handle(message)
    desk.messages.rewind()

    inbox = desk.inbox()
    await inbox.handle_batch()

    assert inbox.state.counts[Outcome.duplicate] == 3
    assert len(await desk.effects()) == 2


async def test_broken_messages_are_parked_with_their_reason_and_the_rest_flows(desk: Desk) -> None:
    good = envelope_of(uuid4(), 1)
    raw = encode(envelope_of(uuid4(), 1))
    key = str(good.partitionkey).encode()
    unknown = envelope_of(uuid4(), 1).model_copy(update={"type": "kr.ansim.monitoring.volunteer.promoted.v9"})
    wrong = envelope_of(uuid4(), 1).model_copy(update={"data": {"person": "no"}})
    desk.messages.put(
        desk.topic.message(b"not json", key),
        desk.topic.message(b'{"specversion": "1.0", "sequence": 1}', key),
        desk.topic.message(raw.replace(b'"sequence"', b'"sequel"'), key),
        desk.topic.message(b"[" + b"1," * 1_100_000 + b"1]", key),
        desk.topic.message(raw, MARKER.encode()),
        desk.topic.message(None, None),
        desk.topic.event(unknown),
        desk.topic.event(wrong),
        desk.topic.event(envelope_of(uuid4(), 3)),
        desk.topic.event(good),
    )

    await desk.inbox().handle_batch()

    assert await desk.parked() == [
        "not_json",
        "bad_envelope",
        "missing_sequence",
        "too_large",
        "bad_key",
        "not_json",
        "unknown_type",
        "bad_payload",
        "sequence_gap",
    ]
    assert await desk.effects() == [str(good.id)]
    async with desk.store.read() as conn:
        assert MARKER not in str(await conn.fetch("select * from parked"))
        assert MARKER.encode() not in b"".join(r["raw"] for r in await conn.fetch("select raw from parked"))


async def test_what_follows_a_parked_event_waits_behind_it_and_is_replayed_in_order(desk: Desk) -> None:
    person, other = uuid4(), uuid4()
    desk.fail = [Poison(ParkReason.refused)]
    desk.messages.put(
        *(desk.topic.event(envelope_of(person, n)) for n in (1, 2, 3)), desk.topic.event(envelope_of(other, 1))
    )
    await desk.inbox().handle_batch()
    assert await desk.parked() == ["refused", "behind_parked", "behind_parked"]
    assert len(await desk.effects()) == 1
    async with desk.store.read() as conn:
        first = (await desk.reaction.parking.rows(conn))[0].id

    dry = await replay_stream(desk.reaction, first, dry_run=True)
    assert [(r.outcome, r.error) for r in dry] == [(Outcome.reacted, "")] * 3
    assert len(await desk.parked()) == 3

    real = await replay_stream(desk.reaction, first, dry_run=False)
    assert [r.outcome for r in real] == [Outcome.reacted] * 3
    assert await desk.parked() == []
    assert len(await desk.effects()) == 3


async def test_an_event_that_restates_its_stream_passes_what_is_missing_or_parked_before_it(desk: Desk) -> None:
    desk.reaction.reactor.on(ReferralSentAgain)(desk.hear)
    parked, missing = uuid4(), uuid4()
    await desk.reaction.park(desk.topic.event(sent_again(parked, 1)), ParkReason.refused, "Poison", 1)
    desk.messages.put(*(desk.topic.event(sent_again(person, n)) for person in (parked, missing) for n in (2, 3)))

    await desk.inbox().handle_batch()

    assert len(await desk.effects()) == 4
    assert await desk.parked() == ["refused"], "it stays to be looked at, and holds nothing up"


async def test_a_passing_failure_is_tried_again_and_not_parked(desk: Desk) -> None:
    desk.fail = [Retriable("away"), RuntimeError("once")]
    desk.messages.put(desk.topic.event(envelope_of(uuid4(), 1)))

    await desk.inbox().handle_batch()

    assert await desk.parked() == []
    assert len(await desk.effects()) == 1


async def test_a_handler_that_always_fails_parks_its_event_after_three_tries(desk: Desk) -> None:
    desk.fail = [RuntimeError(MARKER)] * 3
    desk.messages.put(desk.topic.event(envelope_of(uuid4(), 1)))

    await desk.inbox().handle_batch()

    assert await desk.parked() == ["failed"]
    async with desk.store.read() as conn:
        row = (await desk.reaction.parking.rows(conn))[0]
    assert (row.error, row.attempts) == ("RuntimeError", 3)


async def test_past_its_limits_the_consumer_stops_instead_of_parking_everything(desk: Desk) -> None:
    desk.messages.put(*(desk.topic.message(b"junk", b"k") for _ in range(10)))

    with pytest.raises(ParkLimitReached):
        await desk.inbox(ParkLimits(consecutive=5)).handle_batch()

    assert len(await desk.parked()) == 5


async def test_an_effect_is_as_far_back_in_time_as_its_cause(desk: Desk) -> None:
    desk.messages.put(desk.topic.event(envelope_of(uuid4(), 1, ago=timedelta(days=400))))
    await desk.inbox().handle_batch()

    async with desk.store.read() as conn:
        at = await conn.fetchval("select (answer->>'at')::timestamptz from command_done where fingerprint = 'heard'")
    assert timedelta(days=399, hours=23) < datetime.now(UTC) - at < timedelta(days=400, hours=1)
