"""Slows down whoever tries a door again and again, without shutting it for anybody.

The first tries are free. Then each waits a little before it is looked at, so a person with the right number gets in after
a few seconds, and a program that guesses gets nowhere. Senders are told apart by a digest of their address under a random
key that lives as long as the process: nothing is written down, and nothing survives.
"""

import asyncio
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Final

from starlette.requests import Request

__all__ = ["Patience"]

MOST_SENDERS: Final = 10_000
MOST_WAITING: Final = 50
"""So many wait at once, whoever they are; more wait for a place, so guessing from many addresses is slow as well."""


class Patience:
    """`free` tries, then one more for each `seconds` that pass; beyond them each try waits `delay_seconds`."""

    def __init__(
        self,
        free: int,
        seconds: float,
        delay_seconds: float = 2.0,
        *,
        clock: Callable[[], float] = monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._free, self._seconds, self._delay = free, seconds, delay_seconds
        self._clock, self._sleep = clock, sleep
        self._key = secrets.token_bytes(32)
        self._spent: OrderedDict[bytes, tuple[float, float]] = OrderedDict()
        self._places = asyncio.Semaphore(MOST_WAITING)

    async def wait(self, request: Request) -> bool:
        """Returns when the try may be looked at; True when it had to wait."""
        sender = request.client.host if request.client else ""
        if self._free_try(hashlib.blake2b(sender.encode(), key=self._key, digest_size=16).digest()):
            return False
        async with self._places:
            await self._sleep(self._delay)
        return True

    def _free_try(self, sender: bytes) -> bool:
        now = self._clock()
        spent, at = self._spent.pop(sender, (0.0, now))
        spent = max(0.0, spent - (now - at) / self._seconds)
        free = spent + 1 <= self._free
        self._spent[sender] = (spent + 1 if free else spent, now)
        if len(self._spent) > MOST_SENDERS:
            self._spent.popitem(last=False)
        return free
