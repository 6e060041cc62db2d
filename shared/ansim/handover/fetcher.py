"""The loop beside a service that fetches what it has accepted. One process of a service fetches at a time.

Nothing of it is remembered anywhere but in the service's own journal: a hand-over is pending until its arrival, or that there
is nothing to be had, is an event. So a process killed at any moment asks again, and an answer kept already is kept once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Final
from uuid import UUID, uuid4

import asyncpg
import structlog

from ansim.access.log import at_place
from ansim.contracts.handover import HandedOver
from ansim.errors import AnsimError, Retriable
from ansim.handover.call import Call, Refusal, Waiting
from ansim.journal import Actor, Context, Store, Unit
from ansim.relay.leader import Leader
from ansim.telemetry import Metrics
from ansim.telemetry import metrics as m

EVERY_SECONDS: Final = 1.0
BATCH: Final = 100
LONGEST_REST_SECONDS: Final = 60.0
BACKOFF_SECONDS: Final = (1.0, 2.0, 5.0, 10.0, 15.0)
"""While the sender or the database is away."""
LOCK_KEY: Final = 0x48616E644F766572  # "HandOver": one fetcher a database

log = structlog.get_logger("handover")


@dataclass(frozen=True, slots=True)
class Pending:
    """A referral whose data is to be fetched. `backdated`: how far back in time its acceptance was told; what follows from
    it is as far back, so that history stays history."""

    referral: UUID
    dataref: UUID
    backdated: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class HandOvers:
    """What a service says of its hand-overs. `sender`: the service that owns the data.

    `pending` gives at most so many, oldest first, with how many there are in all. `keep` records the answer in the unit it is
    given; it does nothing for a hand-over that is settled already.
    """

    sender: str
    pending: Callable[[asyncpg.Connection, int], Awaitable[tuple[Sequence[Pending], int]]]
    keep: Callable[[Unit, UUID, HandedOver | Refusal], Awaitable[None]]


@dataclass(slots=True)
class _Rest:
    until: float
    tries: int


class Fetcher:
    """Fetches while it leads. `beat` is the time of its last sign of life."""

    def __init__(
        self, service: str, hand_overs: HandOvers, store: Store, leader: Leader, call: Call, metrics: Metrics
    ) -> None:
        self._service = service
        self._hand_overs = hand_overs
        self._store = store
        self._leader = leader
        self._call = call
        self._metrics = metrics
        self._resting: dict[UUID, _Rest] = {}
        self.beat = monotonic()

    async def run(self, stopping: asyncio.Event) -> None:
        failures = 0
        try:
            while not stopping.is_set():
                self.beat = monotonic()
                try:
                    if await self._leader.acquire():
                        await self.fetch_pending(stopping)
                    failures = 0
                except Retriable as error:
                    failures += 1
                    log.warning("handover_waits", reason=type(error.__cause__ or error).__name__)
                pause = BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS)) - 1] if failures else EVERY_SECONDS
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await stopping.wait()
        finally:
            await self._leader.release()
            await self._call.close()

    async def fetch_pending(self, stopping: asyncio.Event | None = None) -> int:
        """One round. Returns how many hand-overs were settled. One that fails rests and never keeps the others waiting.

        Raises Retriable when the sender or the database is away.
        """
        context = self._context(timedelta())
        async with self._store.read(context) as conn:
            pending, count = await self._hand_overs.pending(conn, BATCH + len(self._resting))
        self._metrics.set(m.HANDOVERS_PENDING, count)
        known = {each.referral for each in pending}
        self._resting = {referral: rest for referral, rest in self._resting.items() if referral in known}
        settled = 0
        for each in pending:
            if stopping is not None and stopping.is_set():
                break
            self.beat = monotonic()
            rest = self._resting.get(each.referral)
            if rest is None or rest.until <= self.beat:
                settled += await self._fetch(each)
        return settled

    async def _fetch(self, pending: Pending) -> bool:
        context = self._context(pending.backdated)
        try:
            answer = await self._call.ask(pending.dataref, context.correlationid)
        except Retriable:
            self._metrics.count(m.HANDOVER_FETCHES, outcome="sender_away")
            raise
        if isinstance(answer, Waiting):
            self._metrics.count(m.HANDOVER_FETCHES, outcome=answer.value)
            tries = self._rest(pending.referral)
            if answer is not Waiting.NOT_ACCEPTED_YET or tries > 5:
                log.warning("handover_unanswered", referral=pending.referral, reason=answer.value, tries=tries)
            return False
        try:
            with at_place("handover"):
                async with self._store.unit(context) as unit:
                    await self._hand_overs.keep(unit, pending.referral, answer)
        except Retriable:
            raise
        except (AnsimError, ValueError, TypeError, asyncpg.PostgresError) as error:
            self._metrics.count(m.HANDOVER_FETCHES, outcome="not_kept")
            tries = self._rest(pending.referral)
            log.exception("handover_failed", referral=pending.referral, tries=tries, error=type(error).__name__)
            return False
        self._resting.pop(pending.referral, None)
        self._metrics.count(m.HANDOVER_FETCHES, outcome=_outcome(answer))
        return True

    def _rest(self, referral: UUID) -> int:
        tries = self._resting[referral].tries + 1 if referral in self._resting else 1
        self._resting[referral] = _Rest(monotonic() + min(LONGEST_REST_SECONDS, 0.5 * 2 ** min(tries, 8)), tries)
        return tries

    def _context(self, backdated: timedelta) -> Context:
        actor = Actor(f"system:{self._service}", "system")
        return Context(actor, datetime.now(UTC) - backdated, uuid4(), all_teams=True)


def _outcome(answer: HandedOver | Refusal) -> str:
    if isinstance(answer, Refusal):
        return answer.value
    return "erased" if answer.erased else "arrived"
