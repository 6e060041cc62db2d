"""How a plan becomes a step: a command of this service, carried out at its time."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from ansim.history import Step
from ansim.journal import Unit
from ansim.web.commands import Command

C = TypeVar("C", bound=Command)


def step(key: str, at: datetime, carry_out: Callable[[Unit, C], Awaitable[UUID]], command: C) -> Step:
    async def run(unit: Unit) -> object:
        return await carry_out(unit, command)

    return Step(key, at, run)
