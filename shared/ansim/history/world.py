"""Determinism for the history: the same seed gives the same ids, people and times."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid5

import asyncpg

if TYPE_CHECKING:
    from ansim.journal import Unit

FOUNDING_SEED: Final = 20190923
"""The day the counselling programme began."""

_NAMESPACE: Final = UUID("5b0f4a52-6f1e-5c0e-9c58-1f6d0a2b7e11")


@dataclass(frozen=True, slots=True)
class World:
    """A source of ids and randomness. Both depend only on the seed and the parts named, never on call order."""

    seed: int = FOUNDING_SEED

    @property
    def founding(self) -> bool:
        """The one world in which the demo's staff have their accounts; other worlds beside it hold only strangers."""
        return self.seed == FOUNDING_SEED

    def uuid(self, *parts: object) -> UUID:
        """A stable id for something in this world, e.g. `world.uuid("referral", "victim", 12)`."""
        return uuid5(_NAMESPACE, "/".join(map(str, (self.seed, *parts))))

    def rng(self, *parts: object) -> random.Random:
        """A generator of its own for something in this world."""
        return random.Random("/".join(map(str, (self.seed, *parts))))  # noqa: S311 - invented people, not secrets


@dataclass(frozen=True, slots=True)
class Step:
    """One command of the history. `key` is unique within its service and world; `at` is when it is said to have
    happened (timezone-aware). A step with `ready` is held until that is true, for what must arrive from elsewhere.
    """

    key: str
    at: datetime
    run: "Callable[[Unit], Awaitable[object]]"
    ready: Callable[[asyncpg.Connection], Awaitable[bool]] | None = None
