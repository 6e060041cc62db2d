"""The inbox's loop: poll, handle, park, remember."""

import asyncio
from dataclasses import dataclass, field
from time import monotonic

import structlog

from ansim.errors import Fatal, ParkReason, Poison, Retriable, VersionConflict
from ansim.inbox.messages import Message, Messages
from ansim.inbox.parking import LimitWatch, ParkLimits
from ansim.inbox.reaction import Outcome, Reaction

BACKOFF_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0)
ATTEMPTS = 3
"""Tries of an event whose handler fails for a reason nobody foresaw, before it is parked."""


@dataclass
class InboxState:
    """What operations may know of an inbox. `stopped` says why it stopped for good, "" while it runs."""

    counts: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    stopped: str = ""
    lag: int = 0
    beat: float = field(default_factory=monotonic)


class Inbox:
    """Reads topics and reacts.

    Promises: messages of a partition are handled in order; an effect happens once however often a message comes;
    no message is skipped: it is handled, ignored because nobody here listens to its kind, or parked with its reason.
    While the database or broker is away it waits. Past the parking limits it stops and says so.
    """

    def __init__(self, messages: Messages, reaction: Reaction, limits: ParkLimits | None = None) -> None:
        self._messages = messages
        self._reaction = reaction
        self._watch = LimitWatch(limits or ParkLimits())
        self._log = structlog.get_logger("inbox").bind(service=reaction.service)
        self.state = InboxState()

    async def run(self, stopping: asyncio.Event) -> None:
        """Handle messages until `stopping` is set; then finish the batch in hand and leave the group."""
        failures = 0
        try:
            while not stopping.is_set():
                self.state.beat = monotonic()
                try:
                    await self.handle_batch(stopping)
                    failures = 0
                except Retriable as error:
                    self._log.warning("inbox_waits", reason=type(error).__name__)
                    failures += 1
                    await _pause(BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS)) - 1], stopping)
        except Fatal as error:
            self.state.stopped = type(error).__name__
            self._log.error("inbox_stopped", reason=type(error).__name__)
        finally:
            await self._messages.close()

    async def handle_batch(self, stopping: asyncio.Event | None = None) -> int:
        """One poll's worth of messages; returns how many were handled. Raises Fatal past the parking limits."""
        batch = await self._messages.poll()
        handled: list[Message] = []
        try:
            for message in batch:
                outcome = await self._until_handled(message, stopping)
                if outcome is None:
                    break
                handled.append(message)
                self.state.beat = monotonic()
                self.state.counts[outcome] += 1
                self._watch.note(parked=outcome is Outcome.parked)
        finally:
            await self._messages.done(handled)
            self.state.lag = self._messages.lag()
        return len(handled)

    async def _until_handled(self, message: Message, stopping: asyncio.Event | None) -> Outcome | None:
        """Hold the line at this message until it is handled or parked; None when the process is to stop first."""
        attempts = failures = 0
        while True:
            try:
                return await self._reaction.handle(message)
            except Retriable:
                failures += 1
                await _pause(BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS)) - 1], stopping)
                if stopping is not None and stopping.is_set():
                    return None
                self.state.beat = monotonic()
            except Poison as error:
                return await self._park(message, error.reason, type(error).__name__, attempts + 1)
            except Fatal:
                raise
            except Exception as error:  # noqa: BLE001 - a bug in a handler must not lose the event: it is parked
                attempts += 1
                if attempts >= ATTEMPTS and not isinstance(error, VersionConflict):
                    self._log.exception("reaction_failed", error=type(error).__name__)
                    return await self._park(message, ParkReason.failed, type(error).__name__, attempts)

    async def _park(self, message: Message, reason: ParkReason, error: str, attempts: int) -> Outcome:
        while True:
            try:
                await self._reaction.park(message, reason, error, attempts)
            except Retriable:
                await asyncio.sleep(BACKOFF_SECONDS[-1])
                continue
            self._log.warning("message_parked", reason=reason.value, partition=message.partition, offset=message.offset)
            return Outcome.parked


async def _pause(seconds: float, stopping: asyncio.Event | None) -> None:
    if stopping is None:
        await asyncio.sleep(seconds)
        return
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        return
